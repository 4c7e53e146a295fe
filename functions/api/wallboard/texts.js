/**
 * Chooses the language of the page. To add one, write texts.xx.js beside texts.en.js and name it here.
 */
const LANGUAGES = { en: () => import("./texts.en.js") };

const wanted = navigator.languages.map((tag) => tag.split("-")[0]);

export const language = wanted.find((tag) => tag in LANGUAGES) ?? "en";

export const { texts } = await LANGUAGES[language]();
