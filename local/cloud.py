"""The embedded cloud: an emulator of AWS (MiniStack) on a loopback port, and the desk deployed onto it by SAM.

It decides how the emulator is started, found ready and ended, and with what environment tools reach it. It knows
nothing of the desk but the names in `samconfig.toml`, and it may not touch a real account: every address it hands out
is 127.0.0.1, every key a made-up one.
"""

import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

REPOSITORY = Path(__file__).resolve().parent.parent
CLOUD_PYTHON = REPOSITORY / ".tools" / "cloud" / "bin" / "python"
REGION = "us-east-1"

START_SECONDS = 60
STOP_SECONDS = 10
TAIL_LINES = 40
WARM_UP_AT_ONCE = 4  # more cold starts than that slow each other down on a laptop

# The emulator lets this key do everything, whatever else is configured; functions get keys of their own roles.
_ROOT_KEY = "test"
_SAM = {"SAM_CLI_TELEMETRY": "0", "SAM_CLI_BETA_BUILD_PERFORMANCE": "1", "SAM_CLI_BETA_PACKAGE_PERFORMANCE": "1"}
"""All functions come from one folder: so one copy of it is built, and packed once, instead of one for each."""
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class CloudError(RuntimeError):
    """The embedded cloud, or a tool that works on it, failed; the message ends with what it wrote last."""


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail the cloud would have sent."""

    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str  # empty when it has none


class Cloud:
    """One emulator process with a directory of its own; a context manager that leaves neither behind.

    `python` belongs to an environment that holds the emulator and nothing else, for functions see what is installed
    there. It must be of the same version as the running interpreter, whose runtime the functions are built for.
    """

    def __init__(self, python: Path = CLOUD_PYTHON) -> None:
        self._python = python
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._clients: dict[str, Any] = {}
        self.directory = Path()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def process_id(self) -> int:
        """The process of the emulator; it started the functions' workers. Raises CloudError when it does not run."""
        if self._process is None:
            raise CloudError("the embedded cloud does not run")
        return self._process.pid

    @property
    def endpoint(self) -> str:
        """Where every service of the cloud answers."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> Self:
        """Start the emulator and wait until it answers.

        Raises CloudError when it can't be started or doesn't answer within a minute; nothing is left running then.
        """
        _refuse_another_python(self._python)
        self.directory = Path(tempfile.mkdtemp(prefix="mentiondesk-cloud-"))
        self._port = _free_port()
        try:
            self._process = self._spawn()
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End the emulator with its workers and remove its directory; do nothing if it isn't running."""
        process, self._process = self._process, None
        self._clients.clear()
        if process is not None:
            _end(process)
        if self.directory != Path():
            shutil.rmtree(self.directory, ignore_errors=True)
            self.directory = Path()

    def environment(self) -> dict[str, str]:
        """Return the variables by which SAM, boto3 and the AWS command line reach this cloud and no other."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": _ROOT_KEY,
            "AWS_SECRET_ACCESS_KEY": _ROOT_KEY,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "TMPDIR": str(self.directory),  # so that nothing stays of a tool that is ended half-way
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
        }

    def client(self, service: str) -> Any:
        """Return the boto3 client of a service, with the rights of the account's root; threads may share it."""
        if service not in self._clients:
            self._clients[service] = self._connect(service)
        return self._clients[service]

    def _connect(self, service: str) -> Any:
        connect: Callable[..., Any] = boto3.client  # its stubs know literal names of services only
        return connect(
            service,
            region_name=REGION,
            endpoint_url=self.endpoint,
            aws_access_key_id=_ROOT_KEY,
            aws_secret_access_key=_ROOT_KEY,
            config=Config(proxies={}, max_pool_connections=32),
        )

    def sent_mails(self) -> list[Mail]:
        """Return every e-mail sent so far, oldest first."""
        with _DIRECT.open(f"{self.endpoint}/_ministack/ses/messages", timeout=10) as answer:
            accounts = json.load(answer)["messages"]
        return [_mail(message) for messages in accounts.values() for message in messages]

    def api_address(self, api_url: str) -> str:
        """Return the loopback address of an HTTP API, for clients that can't resolve names under `localhost`."""
        api_id = (urlsplit(api_url).hostname or "").split(".")[0]
        return f"{self.endpoint}/_aws/execute-api/{api_id}"

    def _spawn(self) -> subprocess.Popen[bytes]:
        environment = {
            "PATH": os.defpath,
            "HOME": str(self.directory),
            "TMPDIR": str(self.directory),
            "LANG": "C.UTF-8",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self._port),
            "AUTH": "true",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
        }
        with self._log.open("wb") as log:
            # A session of its own, so that Ctrl-C reaches the caller alone, who ends things in order.
            return subprocess.Popen(
                [str(self._python), "-m", "ministack"],
                env=environment,
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def _log(self) -> Path:
        return self.directory / "cloud.log"

    def _wait_until_ready(self) -> None:
        give_up_at = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self._process is None or self._process.poll() is not None:
                raise self._failure("ended while starting")
            if time.monotonic() > give_up_at:
                raise self._failure(f"is not ready after {START_SECONDS} s")
            time.sleep(0.1)

    def _failure(self, what: str) -> CloudError:
        return CloudError(f"the embedded cloud {what}\n{_tail(self._log.read_text())}")

    def _is_ready(self) -> bool:
        with suppress(OSError), _DIRECT.open(f"{self.endpoint}/_ministack/ready", timeout=5) as answer:
            return bool(answer.status == HTTPStatus.OK)
        return False


def build(project_dir: Path, directory: Path, environment: Mapping[str, str], *, sam: str = "sam") -> None:
    """Build the project as a user would, into a directory that is not there yet; a stack is deployed from it.

    Runtime and architecture are those of the running interpreter and machine. `environment` is the tools', such as
    `Cloud.environment()`. Raises CloudError with the end of SAM's output.
    """
    built = ["--build-dir", str(directory), *_overrides({})]
    Tool(sam, project_dir, environment).run("build", *_settings(project_dir), *built)


def code_of(built: Path) -> Path:
    """Return the folder in a directory of `build` from which all functions are deployed."""
    (policy,) = built.glob("*/policy.toml")
    return policy.parent


def deploy(
    cloud: Cloud, project_dir: Path, built: Path, parameters: Mapping[str, str], *, sam: str = "sam"
) -> dict[str, str]:
    """Deploy what stands in a directory of `build`, with the template's parameters; gives the stack's outputs by name.

    Over a deployed stack it is an update. Raises CloudError with the end of SAM's output.
    """
    template = ["--template-file", str(built / "template.yaml")]
    tool = Tool(sam, project_dir, cloud.environment())
    tool.run("deploy", *_settings(project_dir), *template, *_overrides(parameters))
    return stack_outputs(cloud, local_stack_name(project_dir))


def _settings(project_dir: Path) -> list[str]:
    """Name the settings, because SAM looks for them beside the template, which after the build lies elsewhere."""
    return ["--config-file", str(project_dir / "samconfig.toml"), "--config-env", "local"]


def local_stack_name(project_dir: Path) -> str:
    """Return the name that `samconfig.toml` gives the stack on the local cloud."""
    settings = tomllib.loads((project_dir / "samconfig.toml").read_text())
    return str(settings["local"]["deploy"]["parameters"]["stack_name"])


def stack_outputs(cloud: Cloud, stack_name: str) -> dict[str, str]:
    """Return the outputs of a deployed stack by name."""
    (stack,) = cloud.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())}


def warm_up(cloud: Cloud, payloads: Mapping[str, object]) -> None:
    """Call each function once, a few at a time, so that the first real call doesn't wait for a cold start.

    `payloads` gives every function by its name an event that changes nothing, such as a stream batch without records.
    Raises CloudError naming the first function that fails.
    """
    functions = cloud.client("lambda")
    with ThreadPoolExecutor(WARM_UP_AT_ONCE) as pool:
        list(pool.map(lambda item: _call(functions, *item), payloads.items()))


@dataclass(frozen=True, slots=True)
class Tool:
    """A command line tool that works in a project and sees one cloud only."""

    program: str
    project_dir: Path
    cloud_environment: Mapping[str, str]

    def run(self, *arguments: str) -> None:
        """Run the tool to its end; raise CloudError with the end of its output if it fails or isn't there."""
        self._run(arguments, stderr=subprocess.STDOUT)

    def output(self, *arguments: str) -> str:
        """Run the tool to its end and return what it wrote; raise CloudError as `run` does."""
        return self._run(arguments, stderr=subprocess.PIPE)

    def _run(self, arguments: Sequence[str], *, stderr: int) -> str:
        try:
            status, written, complaints = self._ended([self.program, *arguments], stderr)
        except OSError as error:
            raise CloudError(f"{self.program} can't be run: {error}") from error
        if status != 0:
            raise CloudError(f"{self.program} {arguments[0]} failed ({status})\n{_tail(written + complaints)}")
        return written

    def _ended(self, command: Sequence[str], stderr: int) -> tuple[int, str, str]:
        """Run a command to its end; what it started ends with it, also when we are interrupted."""
        with subprocess.Popen(
            command,
            cwd=self.project_dir,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                written, complaints = process.communicate()
            finally:
                _end(process)
        return process.returncode, written, complaints or ""

    def _environment(self) -> dict[str, str]:
        """Return the caller's environment without its own AWS settings, and with this interpreter first on the path."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
        return own | dict(self.cloud_environment) | {"PATH": path, **_SAM}


def _machine() -> dict[str, str]:
    architecture = {"x86_64": "x86_64", "AMD64": "x86_64", "arm64": "arm64", "aarch64": "arm64"}[platform.machine()]
    return {"Runtime": f"python{sys.version_info.major}.{sys.version_info.minor}", "Architecture": architecture}


def _overrides(parameters: Mapping[str, str]) -> list[str]:
    """Give the template's parameters as SAM takes them; runtime and processor are this machine's."""
    values = _machine() | dict(parameters)
    return ["--parameter-overrides", *(f"ParameterKey={name},ParameterValue={value}" for name, value in values.items())]


def _call(functions: Any, name: str, payload: object) -> None:
    answer = functions.invoke(FunctionName=name, Payload=json.dumps(payload).encode())
    if "FunctionError" in answer:
        raise CloudError(f"{name} failed: {answer['Payload'].read().decode()}")


def _mail(message: Mapping[str, Any]) -> Mail:
    return Mail(
        sender=message["Source"],
        recipients=tuple(message["To"]),
        subject=message["Subject"],
        text=message["BodyText"],
        html=message["BodyHtml"] or "",
    )


def _refuse_another_python(python: Path) -> None:
    wanted = f"{sys.version_info.major}.{sys.version_info.minor}"
    question: Sequence[str] = [str(python), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        found = subprocess.run(question, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError) as error:
        raise CloudError(f"no embedded cloud at {python}: {error}") from error
    if found != wanted:
        raise CloudError(f"the embedded cloud at {python} has Python {found}, the functions are built for {wanted}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end(process: subprocess.Popen[Any]) -> None:
    """Ask the process to end, insist if it doesn't, and end what it left behind in its session."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _tail(output: str) -> str:
    return "\n".join(output.splitlines()[-TAIL_LINES:])
