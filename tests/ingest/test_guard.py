import pytest

from bot.ingest.guard import is_public


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "64:ff9b::5db8:d70e", "::ffff:93.184.215.14"])
def test_addresses_of_the_public_internet_may_be_contacted(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("127.0.0.1", id="loopback"),
        pytest.param("::1", id="loopback in IPv6"),
        pytest.param("10.1.2.3", id="private"),
        pytest.param("192.168.0.1", id="home"),
        pytest.param("172.16.0.1", id="private, 172"),
        pytest.param("fd00::1", id="unique local"),
        pytest.param("fec0::1", id="site local"),
        pytest.param("169.254.169.254", id="metadata"),
        pytest.param("168.63.129.16", id="metadata behind a public number"),
        pytest.param("fe80::1%eth0", id="link local with a zone"),
        pytest.param("::1%lo", id="loopback with a zone"),
        pytest.param("fd00:ec2::254", id="metadata in IPv6"),
        pytest.param("100.64.0.1", id="carrier's"),
        pytest.param("100.100.100.200", id="metadata among carrier's"),
        pytest.param("192.0.0.192", id="metadata among protocol assignments"),
        pytest.param("198.18.0.1", id="benchmarks"),
        pytest.param("224.0.0.1", id="multicast"),
        pytest.param("ff0e::1", id="multicast in IPv6"),
        pytest.param("240.0.0.1", id="reserved"),
        pytest.param("0.0.0.0", id="unspecified"),  # noqa: S104, refused, not bound
        pytest.param("255.255.255.255", id="broadcast"),
        pytest.param("::ffff:127.0.0.1", id="mapped"),
        pytest.param("::ffff:169.254.169.254%eth0", id="mapped metadata with a zone"),
        pytest.param("::127.0.0.1", id="compatible"),
        pytest.param("::ffff:0:127.0.0.1", id="translated"),
        pytest.param("::", id="unspecified in IPv6"),
        pytest.param("2002:7f00:1::", id="6to4"),
        pytest.param("2002:a9fe:a9fe::1", id="metadata in 6to4"),
        pytest.param("2001:0:7f00:1::1", id="Teredo"),
        pytest.param("64:ff9b::7f00:1", id="NAT64"),
        pytest.param("64:ff9b:1::a00:1", id="local NAT64"),
        pytest.param("64:ff9b:1::5db8:d70e", id="local NAT64 of a public address"),
        pytest.param("5f00::1", id="segment identifier"),
        pytest.param("2001:db8::1", id="documentation"),
        pytest.param("3fff::1", id="documentation, the newer one"),
        pytest.param("not an address", id="no address"),
    ],
)
def test_other_addresses_are_refused(address: str) -> None:
    assert not is_public(address)
