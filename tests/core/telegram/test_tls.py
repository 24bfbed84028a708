import ssl

from pluggram.telegram.tls import trusted


def test_the_certificates_are_read_once_and_each_server_must_show_one_that_is_trusted() -> None:
    context = trusted()
    assert trusted() is context
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.get_ca_certs()
