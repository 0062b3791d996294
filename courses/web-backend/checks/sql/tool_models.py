from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class ToolBase(DeclarativeBase):
    pass


class Tool(ToolBase):
    __tablename__ = "tools"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    note: Mapped[str | None]
    loans: Mapped[list["Loan"]] = relationship(back_populates="tool")


class Loan(ToolBase):
    __tablename__ = "loans"

    id: Mapped[int] = mapped_column(primary_key=True)
    tool_id: Mapped[int] = mapped_column(ForeignKey("tools.id"))
    visitor: Mapped[str | None]
    returned: Mapped[bool] = mapped_column(default=False)
    tool: Mapped[Tool] = relationship(back_populates="loans")
