"""Many messages from one template, resumable: none twice, none lost.

All that a program of one's own needs is here; the names are loaded when they are asked for.
"""

from typing import TYPE_CHECKING

from bothub_cli.names_on_demand import names_on_demand

if TYPE_CHECKING:
    from bothub_cli.campaign.definition import Campaign, CampaignRequest, CampaignSender, define_campaign
    from bothub_cli.campaign.journal.files import FileLedger
    from bothub_cli.campaign.report.report import read_report
    from bothub_cli.campaign.rows.read import Surroundings
    from bothub_cli.campaign.run.start import Destination
    from bothub_cli.campaign.send import CampaignEnd, Equipment, Listeners, RunChoices, send_campaign

__all__ = [
    "Campaign",
    "CampaignEnd",
    "CampaignRequest",
    "CampaignSender",
    "Destination",
    "Equipment",
    "FileLedger",
    "Listeners",
    "RunChoices",
    "Surroundings",
    "define_campaign",
    "read_report",
    "send_campaign",
]

_HOMES = {
    "definition": ("Campaign", "CampaignRequest", "CampaignSender", "define_campaign"),
    "journal.files": ("FileLedger",),
    "report.report": ("read_report",),
    "rows.read": ("Surroundings",),
    "run.start": ("Destination",),
    "send": ("CampaignEnd", "Equipment", "Listeners", "RunChoices", "send_campaign"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

if not TYPE_CHECKING:  # a type checker reads the imports above, and would believe any name here
    __getattr__ = names_on_demand(__name__, _HOME_OF, globals())
