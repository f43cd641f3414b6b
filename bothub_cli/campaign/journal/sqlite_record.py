"""What a campaign is, as notes in its journal."""

import json
from collections.abc import Mapping
from datetime import datetime

from bothub_cli.campaign.journal.interface import CampaignRecord
from bothub_cli.clock import to_rfc3339


def record_to_meta(record: CampaignRecord) -> dict[str, str]:
    """Return the record as names and values."""
    return {
        "campaign_id": record.campaign_id,
        "created_at": to_rfc3339(record.created_at),
        "profile": record.profile,
        "template_path": record.template_path,
        "recipients_path": record.recipients_path,
        "fingerprints": json.dumps(dict(record.fingerprints)),
        "settings": json.dumps(dict(record.settings)),
    }


def read_record(meta: Mapping[str, str]) -> CampaignRecord:
    """Return the record that was noted."""
    return CampaignRecord(
        campaign_id=meta["campaign_id"],
        created_at=datetime.fromisoformat(meta["created_at"]),
        profile=meta["profile"],
        template_path=meta["template_path"],
        recipients_path=meta["recipients_path"],
        fingerprints=json.loads(meta["fingerprints"]),
        settings=json.loads(meta["settings"]),
    )
