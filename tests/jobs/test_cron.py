from datetime import UTC, datetime, timedelta, timezone

import pytest
from croniter import croniter

from mamis.jobs.cron import daily

JST = timezone(timedelta(hours=9))


@pytest.mark.parametrize(("hour", "minute"), [(0, 0), (3, 10), (8, 59), (9, 0), (23, 30)])
def test_a_daily_job_runs_at_that_time_in_japan(hour: int, minute: int) -> None:
    after = datetime(2026, 6, 4, 12, 0, tzinfo=JST).astimezone(UTC)

    time = croniter(daily(hour, minute), after).get_next(datetime).astimezone(JST)

    assert (time.hour, time.minute) == (hour, minute)
