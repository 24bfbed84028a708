"""The same work when the API speaks TLS, and its certificate is checked."""

from tests.benchmarks.certificates import certificates
from tests.benchmarks.measures.bots import COLUMNS, burst
from tests.benchmarks.measures.measure import Findings, Given, Measure, everybody
from tests.benchmarks.table import FAULTS, table

NAMES = ("limit", "pluggram-memory-sqlite", "pluggram-durable-sqlite", "grammy", "ptb-8")


async def find(given: Given) -> Findings:
    """Let the bots trust an authority of our own, by SSL_CERT_FILE, or by node's variable."""
    made = certificates(given.folder)
    among = [each for each in everybody() if each.name in NAMES]
    results = await given.in_turns(among, lambda contender: burst(given, contender, tls=made))
    return Findings(table(results, COLUMNS, FAULTS), results)


MEASURE = Measure("tls", "the same as bots, over TLS with a certificate that is checked", find)
