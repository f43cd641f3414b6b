"""Many messages from one template, resumable: none twice, none lost.

All that a program of one's own needs is here; the names are loaded when they are asked for.
"""

from typing import TYPE_CHECKING

from bothub_cli.names_on_demand import names_on_demand

if TYPE_CHECKING:
    from bothub_cli.campaign.definition import Campaign, CampaignRequest, CampaignSender, define_campaign
    from bothub_cli.campaign.journal.files import FileLedger
    from bothub_cli.campaign.journal.interface import RowState
    from bothub_cli.campaign.report.report import read_report
    from bothub_cli.campaign.rows.cost import Prices
    from bothub_cli.campaign.rows.read import Surroundings
    from bothub_cli.campaign.rows.warnings import CampaignWarning
    from bothub_cli.campaign.run.progress import RunProgress
    from bothub_cli.campaign.run.start import Destination
    from bothub_cli.campaign.run.stop import Stopper
    from bothub_cli.campaign.send import CampaignEnd, Equipment, Listeners, RunChoices, send_campaign
    from bothub_cli.campaign.settings import CampaignSettings
    from bothub_cli.lists.recipients import RowProblem

__all__ = [
    "Campaign",
    "CampaignEnd",
    "CampaignRequest",
    "CampaignSender",
    "CampaignSettings",
    "CampaignWarning",
    "Destination",
    "Equipment",
    "FileLedger",
    "Listeners",
    "Prices",
    "RowProblem",
    "RowState",
    "RunChoices",
    "RunProgress",
    "Stopper",
    "Surroundings",
    "define_campaign",
    "read_report",
    "send_campaign",
]

_HOMES = {
    "definition": ("Campaign", "CampaignRequest", "CampaignSender", "define_campaign"),
    "journal.files": ("FileLedger",),
    "journal.interface": ("RowState",),
    "report.report": ("read_report",),
    "rows.cost": ("Prices",),
    "rows.read": ("Surroundings",),
    "rows.warnings": ("CampaignWarning",),
    "run.progress": ("RunProgress",),
    "run.start": ("Destination",),
    "run.stop": ("Stopper",),
    "send": ("CampaignEnd", "Equipment", "Listeners", "RunChoices", "RowProblem", "send_campaign"),
    "settings": ("CampaignSettings",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

if not TYPE_CHECKING:  # a type checker reads the imports above, and would believe any name here
    __getattr__ = names_on_demand(__name__, _HOME_OF, globals())
