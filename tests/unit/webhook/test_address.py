"""Where announcements may go: to public addresses, by https, and nowhere else."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhook.endpoint import faults_of
from webhook.sending import is_permitted, post

PRIVATE = [
    "10.0.0.1",
    "172.16.3.4",
    "192.168.1.1",
    "127.0.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - an address to be refused
    "224.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
]


@pytest.mark.parametrize(
    "url", ["https://crm.example/in", "https://crm.example:8443/in?key=1", "https://xn--bcher-kva.example"]
)
def test_an_https_address_is_taken(url):
    assert faults_of(url, to_loopback=False) == []


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example/in",
        "ftp://crm.example",
        "https://",
        "https://user:secret@crm.example",
        "https://crm.example/in#part",
        "https://crm.example/a b",
        "https://bücher.example",
        "https://crm.example:99999",
        "https://[::1",
        "file:///etc/passwd",
        "http://127.0.0.1:8080/in",
        "",
    ],
)
def test_any_other_address_is_refused(url):
    assert faults_of(url, to_loopback=False)


def test_this_machine_is_an_address_on_the_local_stack_alone():
    assert faults_of("http://127.0.0.1:8080/in", to_loopback=True) == []
    assert faults_of("http://localhost:8080/in", to_loopback=True)
    assert faults_of("http://10.0.0.1:8080/in", to_loopback=True)


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_address_is_sent_to(address):
    assert not is_permitted(IPv4Address(address), to_loopback=False)


@given(st.ip_addresses(v=4))
def test_what_is_permitted_is_public(address):
    if is_permitted(address, to_loopback=False):
        assert address.is_global
        assert not address.is_private
    if is_permitted(address, to_loopback=True):
        assert address.is_global or address.is_loopback


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_to_a_private_address_is_not_called(monkeypatch, address):
    """Whatever else it leads to: a name with two addresses could show one and use the other."""
    answers = [(2, 1, 6, "", (each, 443)) for each in ("93.184.215.14", address)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    monkeypatch.setattr(socket, "create_connection", _refuse)
    reply = post("https://inside.example/in", b"{}", {}, to_loopback=False)
    assert reply.status is None
    assert "not public" in reply.fault


def test_a_name_nobody_knows_is_no_answer(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert post("https://nowhere.example/in", b"{}", {}, to_loopback=False).status is None


def _refuse(*_, **__):
    raise AssertionError("a connection was made")
