"""The queue: jobs as rows, leased to whoever works on them."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, and_, exists, func, insert, or_, select, update

from tram_ext.domain.jobs import Job, JobStatus
from tram_ext.store.leases import SLACK
from tram_ext.store.tables import documents, jobs, users
from tram_ext.store.types import utc_now

_UNFINISHED: Final = (JobStatus.QUEUED.value, JobStatus.RUNNING.value)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job that could be claimed.

    Attributes
    ----------
    attempts : int
        How often it was begun without coming to an end.
    has_lapsed : bool
        Whether another still holds it, of whom nothing was heard for the time of a lease.
    """

    id: int
    attempts: int
    has_lapsed: bool


class Jobs:
    """The repository of jobs. A lease that is not renewed in time returns its job to the queue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, document_id: int, *, name: str, model: str | None, created_by: int | None) -> int:
        """Queue the work on a document and return the job's number."""
        now = utc_now()
        key: int = self._connection.execute(
            insert(jobs)
            .values(
                document_id=document_id,
                name=name,
                status=JobStatus.QUEUED.value,
                model=model,
                created_by=created_by,
                created_on=now,
                updated_on=now,
            )
            .returning(jobs.c.id)
        ).scalar_one()
        return key

    def get(self, job_id: int) -> Job | None:
        """Return a job by number."""
        row = self._connection.execute(_jobs().where(jobs.c.id == job_id)).first()
        return None if row is None else _job(row)

    def latest_of(self, document_id: int, model: str | None) -> Job | None:
        """Return the newest job that maps a document with a model."""
        same = jobs.c.model.is_(None) if model is None else jobs.c.model == model
        statement = _jobs().where(jobs.c.document_id == document_id, same).order_by(jobs.c.id.desc()).limit(1)
        row = self._connection.execute(statement).first()
        return None if row is None else _job(row)

    def list(self, *, everything: bool = False, limit: int | None = None, offset: int = 0) -> list[Job]:
        """Return jobs in the order they came: unfinished ones and failed ones not tried again, or `everything`."""
        statement = _shown(_jobs(), everything=everything).order_by(jobs.c.id)
        if limit is not None:
            statement = statement.limit(limit)
        return [_job(row) for row in self._connection.execute(statement.offset(offset))]

    def count(self, *, everything: bool = False) -> int:
        """Return how many jobs :meth:`list` would return."""
        statement = _shown(select(func.count()).select_from(jobs), everything=everything)
        number: int = self._connection.execute(statement).scalar_one()
        return number

    def count_unfinished(self) -> int:
        """Return how many jobs wait or run."""
        return self._connection.execute(
            select(func.count()).select_from(jobs).where(jobs.c.status.in_(_UNFINISHED))
        ).scalar_one()

    def waiting(self, largest: int | None = None, passed_over: Collection[int] = ()) -> Waiting | None:
        """Return the job that :meth:`claim` would take, in a read transaction."""
        row = self._connection.execute(_claimable(largest, passed_over).order_by(jobs.c.id).limit(1)).first()
        return None if row is None else _waiting(row)

    def claim(
        self, owner: str, lease: float, largest: int | None = None, passed_over: Collection[int] = ()
    ) -> Job | None:
        """Claim the job that has waited longest, and return it.

        Parameters
        ----------
        owner : str
            Who takes it.
        lease : float
            Seconds until it returns to the queue, unless renewed.
        largest : int, optional
            Bytes; only documents up to this size are taken.
        passed_over : collection of int
            Jobs that are not taken.
        """
        first = _claimable(largest, passed_over).order_by(jobs.c.id).limit(1)
        row = self._connection.execute(first.with_for_update(skip_locked=True, of=jobs)).first()
        if row is None:
            return None
        found = _waiting(row)
        values: dict[str, Any] = {}
        if found.has_lapsed:
            values["message"] = ended_early(found.attempts, "nothing was heard any more of the server that did it.")
        self._connection.execute(
            update(jobs)
            .where(jobs.c.id == found.id)
            .values(
                status=JobStatus.RUNNING.value,
                lease_owner=owner,
                lease_expires=time.time() + lease,
                attempts=jobs.c.attempts + 1,
                progress=0.0,
                stage="",
                updated_on=utc_now(),
                **values,
            )
        )
        return self.get(found.id)

    def renew(self, job_id: int, owner: str, lease: float, *, progress: float, stage: str, message: str) -> bool:
        """Renew the lease and record progress; return False where `owner` no longer holds the job."""
        renewed = self._connection.execute(
            update(jobs)
            .where(_held(job_id, owner))
            .values(
                lease_expires=time.time() + lease,
                progress=progress,
                stage=stage,
                message=message,
                updated_on=utc_now(),
            )
        )
        return bool(renewed.rowcount)

    def is_cancelled(self, job_id: int) -> bool:
        """Whether somebody asked to cancel the job, or it is gone."""
        asked = self._connection.execute(select(jobs.c.cancel_requested).where(jobs.c.id == job_id)).scalar()
        return asked is None or asked

    def finish(self, job_id: int, owner: str, status: JobStatus, message: str, report_id: int | None = None) -> bool:
        """Record how a job ended; return False where `owner` no longer holds it: its result must then be discarded."""
        values: dict[str, Any] = {"progress": 1.0} if status is JobStatus.DONE else {}
        finished = self._connection.execute(
            update(jobs)
            .where(_held(job_id, owner))
            .values(
                status=status.value,
                message=message,
                report_id=report_id,
                stage="",
                lease_owner=None,
                lease_expires=None,
                updated_on=utc_now(),
                **values,
            )
        )
        return bool(finished.rowcount)

    def cancel(self, job_id: int) -> None:
        """Cancel a waiting job, or request it of a running one; one that has ended stays as it is."""
        self._connection.execute(
            update(jobs)
            .where(jobs.c.id == job_id, jobs.c.status == JobStatus.QUEUED.value)
            .values(status=JobStatus.CANCELLED.value, cancel_requested=True, message="Cancelled.", updated_on=utc_now())
        )
        self._connection.execute(
            update(jobs)
            .where(jobs.c.id == job_id, jobs.c.status == JobStatus.RUNNING.value)
            .values(cancel_requested=True)
        )

    def creator(self, job_id: int) -> int | None:
        """Return the number of the user who queued the job."""
        return self._connection.execute(select(jobs.c.created_by).where(jobs.c.id == job_id)).scalar()

    def give_back(self, job_id: int, owner: str) -> None:
        """Return a job to the queue because its worker is shutting down; the attempt does not count."""
        self._connection.execute(
            update(jobs).where(_held(job_id, owner)).values(attempts=jobs.c.attempts - 1, **_queued())
        )

    def put_back(self, job_id: int, owner: str, message: str) -> bool:
        """Return a job to the queue for another attempt, with the reason; False where `owner` no longer holds it.

        The attempt counts.
        """
        returned = self._connection.execute(
            update(jobs).where(_held(job_id, owner)).values(message=message, **_queued())
        )
        return bool(returned.rowcount)

    def any_from_ahead(self, lease: float) -> bool:
        """Whether any lease ends later than one of this length can: the clock was set back meanwhile."""
        return self._connection.execute(select(jobs.c.id).where(_from_ahead(lease)).limit(1)).first() is not None

    def shorten(self, lease: float) -> None:
        """Shorten the leases that :meth:`any_from_ahead` finds to their proper length."""
        self._connection.execute(
            update(jobs).where(_from_ahead(lease)).values(lease_expires=time.time() + SLACK * lease)
        )

    def owners(self) -> set[str]:
        """Return the processes that hold leases."""
        return set(
            self._connection.execute(
                select(jobs.c.lease_owner).where(jobs.c.status == JobStatus.RUNNING.value).distinct()
            ).scalars()
        )

    def release(self, owner: str) -> int:
        """Return the jobs of a process that has ended to the queue, and return their number; the attempts count."""
        held = select(jobs.c.id, jobs.c.attempts).where(
            jobs.c.lease_owner == owner, jobs.c.status == JobStatus.RUNNING.value
        )
        released = [
            self.put_back(row.id, owner, ended_early(row.attempts, "the server that did it ended."))
            for row in self._connection.execute(held).all()
        ]
        return sum(released)


def ended_early(attempt: int, why: str) -> str:
    """Return the message for an attempt that ended without a result."""
    return f"Try {attempt} ended early: {why}"


def _queued() -> dict[str, Any]:
    """Return the column values of a waiting job, as before it was claimed."""
    return {
        "status": JobStatus.QUEUED.value,
        "lease_owner": None,
        "lease_expires": None,
        "progress": 0.0,
        "stage": "",
        "updated_on": utc_now(),
    }


def _waiting(row: Row[Any]) -> Waiting:
    return Waiting(row.id, row.attempts, has_lapsed=row.status == JobStatus.RUNNING.value)


def _claimable(largest: int | None, passed_over: Collection[int] = ()) -> Select[Any]:
    lapsed = and_(jobs.c.status == JobStatus.RUNNING.value, jobs.c.lease_expires < time.time())
    waiting = select(jobs.c.id, jobs.c.attempts, jobs.c.status).where(
        or_(jobs.c.status == JobStatus.QUEUED.value, lapsed), jobs.c.id.not_in(passed_over)
    )
    if largest is None:
        return waiting
    return waiting.join(documents, documents.c.id == jobs.c.document_id).where(documents.c.size <= largest)


def _from_ahead(lease: float) -> Any:
    return and_(jobs.c.status == JobStatus.RUNNING.value, jobs.c.lease_expires > time.time() + SLACK * lease)


def _held(job_id: int, owner: str) -> Any:
    return and_(jobs.c.id == job_id, jobs.c.lease_owner == owner, jobs.c.status == JobStatus.RUNNING.value)


def _shown(statement: Select[Any], *, everything: bool) -> Select[Any]:
    if everything:
        return statement
    later = jobs.alias("later")
    tried_again = exists().where(later.c.document_id == jobs.c.document_id, later.c.id > jobs.c.id)
    failed = (jobs.c.status == JobStatus.ERROR.value) & ~tried_again
    return statement.where(jobs.c.status.in_(_UNFINISHED) | failed)


def _jobs() -> Select[Any]:
    return select(jobs, users.c.name.label("user_name")).select_from(
        jobs.outerjoin(users, users.c.id == jobs.c.created_by)
    )


def _job(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        document_id=row.document_id,
        name=row.name,
        status=JobStatus(row.status),
        progress=row.progress,
        stage=row.stage,
        message=row.message,
        created_by=row.user_name,
        created_on=row.created_on,
        updated_on=row.updated_on,
        model=row.model,
        report_id=row.report_id,
        attempts=row.attempts,
        cancel_requested=row.cancel_requested,
    )
