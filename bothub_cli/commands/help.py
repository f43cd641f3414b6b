"""Explains a topic."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.output.documents.reference import HelpTopic

_EXIT_CODES = """\
Exit codes. Treat any code that is not listed as a failure.

  0    done
  1    unexpected: a bug in bothub
  2    usage: a flag or an argument is wrong
  3    finished, but some messages failed
  4    not logged in, or the credentials were refused
  5    temporary: network, too many requests, service unavailable; nothing was accepted
  6    input refused here; nothing was sent
  7    the API refused for good
  8    still pending when the wait ended
  10   stopped by a limit that you set
  11   a lock or a journal is in use by another process
  12   the configuration or a store cannot be used
  13   outcome unknown: the request went out and no answer came
  129  the terminal went away
  130  interrupted (Ctrl-C)
  141  the reader of the output went away
  143  terminated

With several messages: 13 when the outcome of any is unknown, else 3 when any failed.
A script may run the command again after 5; after 13 it must not, since the message may have been accepted.
"""

_ENVIRONMENT = """\
Environment variables. A flag beats them; they beat .bothub.toml, the profile and the defaults.

  BOTHUB_PROFILE                 the profile to use
  BOTHUB_BOT_ID                  the bot ID
  BOTHUB_AUTHORIZATION           the "Basic …" value of the Orange Developer console
  BOTHUB_AUTHORIZATION_FILE      a file that holds it
  BOTHUB_CLIENT_ID, BOTHUB_CLIENT_SECRET, BOTHUB_CLIENT_SECRET_FILE
                                 the same in two parts
  BOTHUB_PRIVATE_KEY             path of the bot's RSA private key (PEM), or the PEM itself
  BOTHUB_PRIVATE_KEY_PASSPHRASE  its passphrase (also …_FILE)
  BOTHUB_API_BASE                default https://api.orange.com
  BOTHUB_AUTH_BASE               where the OAuth endpoint is; default: the API base
  BOTHUB_TRAFFIC_TYPE            trafficType of messages that do not say one
  BOTHUB_REGION                  country of national numbers: FR, BE, …
  BOTHUB_TIMEOUT, BOTHUB_MAX_WAIT, BOTHUB_PROXY, BOTHUB_CA_BUNDLE
                                 as the options of the same names
  REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE, SSL_CERT_FILE
                                 certificates to trust, where neither BOTHUB_CA_BUNDLE nor the profile names any
  BOTHUB_OUTPUT=json             as --json
  BOTHUB_NO_RECORD=1             sent messages are not noted in the event store
  BOTHUB_KEEP_TEXTS=1            they are noted with their texts, not only with the length
  BOTHUB_STOP_WORDS, BOTHUB_START_WORDS, BOTHUB_IGNORED_WORDS
                                 what listen takes for STOP and START besides the usual words, or not at all
  BOTHUB_AUTH_TOKEN              the token of the webhook's Authorization header (also …_FILE)
  BOTHUB_CONFIG_DIR              where profiles and cached tokens are kept
  BOTHUB_STATE_DIR               where events, sent messages, journals and answers about numbers are kept
  NO_COLOR, TERM=dumb            plain text on a terminal too

With bot ID, authorization and private key in the environment no profile is needed,
and nothing but the token cache is written; sent messages are noted where an event store is there already.
A profile named by --profile beats credentials in the environment; a default profile does not.
"""

_JSON = """\
--json (or BOTHUB_OUTPUT=json) prints one JSON document on stdout. Commands that handle many messages print
JSON Lines: one object a line with a "type", and last {"type":"summary",…}.

Every document names its schema ("bothub/send-result/1"); fields are only ever added. Times are RFC 3339 in UTC,
ids are strings. --fields a,b keeps only these members. bothub schema lists the schemas and prints each.

What is said beside the answer is on stderr, a JSON line each ("type" is "note", "warning", or "trace" with -v);
-q leaves it out. An error is one line on stderr:
  {"type":"error","code":"auth.refused","exit_code":4,"message":…,"hint":…,"http":{"status":…,"request_id":…}}
"""

_SENDING_ONCE = """\
BotHub has no idempotency key: the same request sent twice is a message that the customer reads twice.
So bothub sends again only what was surely not accepted:

  sent again, with pauses, until --max-wait    no connection, DNS, 429, 403 or 429 with code 53, 503
  never sent again by itself (exit code 13)    no answer in time, a cut connection, 500, 502, 504,
                                               an answer that cannot be read
  not sent again (exit code 7)                 any other refusal

After exit code 13 look at the handset or at your webhook first. --resend-unknown sends again all the same.
An expired token is renewed and the request repeated once: a 401 was surely not accepted.
"""

_MESSAGES = """\
A JSON or YAML message is the full body of FNW.11, or the RCSMessage alone with --to:

  {"RCSMessage": {"trafficType": "advertisement", "textMessage": "Hello"},
   "messageContact": {"userContact": "+33612345678"}}

  {"textMessage": "Hello"}

One object, an array, or JSON Lines; a file, or - for standard input, which is read only when it is asked for.
Options override what the file says. Every message is checked before anything is sent: errors stop (exit code 6),
warnings do not; --strict makes them errors, --no-check sends the message as it is.
"""

_CAMPAIGNS = """\
A campaign sends one message to everybody on a list: each once, none lost, whatever happens to this machine.

From a list to a report:

  bothub campaign check people.csv -t offer.yaml                  sends nothing: every bad row, three pictures, the time
  bothub campaign run people.csv -t offer.yaml --test-to NUMBER   the first three messages, to your own phone
  bothub campaign run people.csv -t offer.yaml                    to everybody
  bothub campaign status                                          where it stands, also while it runs
  bothub campaign report --format html --output report.html       how it went; --format csv: a line for each row

The list is CSV with a line of column names (--map to=phone when the numbers are not under "to"), JSON Lines, or
ready-made messages. The template is a message in YAML or JSON; any string may hold {{ column }}, and an object with
$when is left out where that is false. Bad rows stop the run before anything is sent; --skip-invalid goes on without
them. A number gets one message (--unique-by message: one of each text); who said STOP gets none.

Pace        --rate 25/s is the default. All processes of this machine that use the same bot share it.
Hours       --window 08:30-20:00 --tz Europe/Paris --not-on sunday,holidays: pauses, and goes on, by itself.
Limits      --limit, --sample, --max-errors 50 or 2%, --max-duration 2h. Whoever stops a run can go on later.

Going on    The same command, or --resume NAME, after Ctrl-C, a limit, a crash, a reboot. A list that grew reaches the
            new people only; a changed template, or another list, is refused without --force.

Outcomes    accepted   the API took it
            refused    the API said no, for good: bothub explain CODE
            failed     put off again and again, surely not accepted: bothub campaign retry NAME
            unknown    the request went out and no answer came. It may have been accepted, so it is never sent again
                       by itself; bothub campaign status names the lines. --resend-unknown sends them again.

A crash     Each row is noted on the disk before its request leaves, and its outcome after. kill -9, or a second Ctrl-C,
            leaves at most the rows in flight as unknown, and a quarter more (at 25/s a handful, at full speed 160). So
            does a power cut, as far as the disk keeps what it says that it has written.

Another way --fallback-file sms.csv or --fallback-exec COMMAND gets the rows that RCS does not reach, each once, while
            the campaign is sent and afterwards. With --fallback-after 30m also what did not arrive in time: it is
            revoked first, and stays when that fails. Run bothub listen beside it: what the webhook hears costs no
            request; without it the API is asked about every message, out of the same rate.
            A command says by exit code 0 that it took the row; any other lets the next run try again. One that was
            killed may have taken it: such rows are counted in bothub campaign status, and left alone.

The journal holds no phone number and no text. bothub campaign list shows every campaign, and where it is kept.
"""

TOPICS: Mapping[str, str] = MappingProxyType(
    {
        "campaigns": _CAMPAIGNS,
        "exit-codes": _EXIT_CODES,
        "environment": _ENVIRONMENT,
        "json": _JSON,
        "messages": _MESSAGES,
        "sending-once": _SENDING_ONCE,
    }
)


@command(
    help=f"Explain a topic: {', '.join(TOPICS)}. Without one, list them.",
    examples=("bothub help exit-codes", "bothub help sending-once"),
    shared=OUTPUT,
    answers=(HelpTopic,),
)
def run(
    context: AppContext,
    *,
    topic: Annotated[str | None, typer.Argument(metavar="[TOPIC]", autocompletion=lambda: list(TOPICS))] = None,
) -> None:
    if topic is not None and topic not in TOPICS:
        raise UsageError(problem=f"no help topic {topic!r}", fix=f"topics: {', '.join(TOPICS)}")
    text = TOPICS[topic] if topic else "".join(f"bothub help {name}\n" for name in TOPICS)
    context.show(HelpTopic(topic=topic or "topics", text=text))
