"""The tables of Corner Workshop as SQLAlchemy models, for the tasks that need ready ones."""

from sqlalchemy import ForeignKey, UniqueConstraint, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """The common parent of all models."""


class Bench(Base):
    __tablename__ = "benches"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    bookings: Mapped[list["Booking"]] = relationship(back_populates="bench")


class Booking(Base):
    __tablename__ = "bookings"
    __table_args__ = (UniqueConstraint("bench_id", "day"),)  # one booking for a bench and a day

    id: Mapped[int] = mapped_column(primary_key=True)
    bench_id: Mapped[int] = mapped_column(ForeignKey("benches.id"))
    visitor: Mapped[str]
    day: Mapped[str]
    bench: Mapped[Bench] = relationship(back_populates="bookings")


def open_database(path):
    """An engine for the SQLite file at this path, with foreign keys switched on and all tables made."""
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def switch_on_foreign_keys(connection, record):
        connection.execute("PRAGMA foreign_keys = ON")

    Base.metadata.create_all(engine)
    return engine


class QueryCounter:
    """Counts the SELECT statements that the database runs inside a block: with QueryCounter(engine) as counter: ..."""

    def __init__(self, engine):
        self.engine = engine
        self.count = 0

    def _note(self, connection, cursor, statement, *rest):
        if statement.lstrip().upper().startswith("SELECT"):
            self.count += 1

    def __enter__(self):
        event.listen(self.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *error):
        event.remove(self.engine, "before_cursor_execute", self._note)
