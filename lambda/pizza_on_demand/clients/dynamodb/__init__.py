"""The table, as the business asks for it.

One table serves every need. Its key is "pk" and "sk", and "expires" its TTL attribute
(epoch seconds; DynamoDB removes items some time after it, so readers check).

    | who asks                   | pk               | sk             | how                         |
    | the last visit, swapped    | visitor#<userId> | visit          | PutItem, returning the old  |
    | forget a household         | visitor#<userId> | visit          | DeleteItem                  |
    | orders, newest first       | customer#<sub>   | order#<number> | Query backwards, consistent |
    | orders, oldest first       | customer#<sub>   | order#<number> | Query forwards, consistent  |
    | a new order                | customer#<sub>   | order#<number> | PutItem if there is none    |
    | every change of an order   | customer#<sub>   | order#<number> | PutItem if it is of that    |
    |                            |                  |                | version                     |
    | an order that is cleared   | customer#<sub>   | order#<number> | DeleteItem if it is of that |
    |                            |                  |                | version, or gone            |
    | receipts that are owed     | index "owing":   |                | Query forwards up to now,   |
    |                            | owes = receipt,  |                | then the order itself       |
    |                            | receipt_due      |                |                             |

Every write is one item's, and the condition is the whole of the locking: no transactions.
The index holds only items with its two attributes, which an order has for as long as its
receipt is owed: most often for the blink of an eye between the order and the mail.
"""

from pizza_on_demand.clients.dynamodb.table import Table

__all__ = ["Table"]
