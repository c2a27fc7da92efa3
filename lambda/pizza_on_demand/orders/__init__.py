"""Orders: how one is placed, proven by a code, confirmed exactly once, and looked back on.

    OrderError
    ├── NothingOrderedError     no order waits for its code
    │   └── NoSuchOrderError    the customer has no order of that reference
    ├── AlreadyConfirmedError   the code was said before, and it worked
    ├── OrderExpiredError       the order has waited too long for its code
    ├── OrderingLockedError     voice ordering is locked until the link in the mail is opened
    └── OrdersUnavailableError  orders cannot be read or written just now
        └── ConfirmationUnknownError  a code was tried, and whether that was written shows later

Every change is one conditional write of one order: whoever had it in hand first, wins, and
everybody else looks again. So whatever is said twice, or by two devices at once, happens
once. A customer's orders are numbered, and adding one takes the next number in the same
way: two devices never place at once, each unaware of the codes that the other asks for.
Only the newest order can be confirmed. One write a turn is enough for all of it, and one
more to note that a receipt has gone out: until then a confirmed order owes it.
"""

from pizza_on_demand.orders.errors import (
    AlreadyConfirmedError,
    ConfirmationUnknownError,
    NoSuchOrderError,
    NothingOrderedError,
    OrderError,
    OrderExpiredError,
    OrderingLockedError,
    OrdersUnavailableError,
)
from pizza_on_demand.orders.order import Entry, Order, OwedReceipt, Standing, State
from pizza_on_demand.orders.orders import Orders
from pizza_on_demand.orders.owed_receipts import OwedReceipts
from pizza_on_demand.orders.ports import ConflictError, Courier, OrderStore

__all__ = [
    "AlreadyConfirmedError",
    "ConfirmationUnknownError",
    "ConflictError",
    "Courier",
    "Entry",
    "NoSuchOrderError",
    "NothingOrderedError",
    "Order",
    "OrderError",
    "OrderExpiredError",
    "OrderStore",
    "OrderingLockedError",
    "Orders",
    "OrdersUnavailableError",
    "OwedReceipt",
    "OwedReceipts",
    "Standing",
    "State",
]
