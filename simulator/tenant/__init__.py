"""A stand-in for an Auth0 tenant: real HTTP, real JWTs, Auth0's paths, errors and limits.

Nothing here knows the skill. Any OAuth 2.0 or OpenID Connect client can use it.
"""

from simulator.tenant.accounts import Account
from simulator.tenant.applications import Api, Application
from simulator.tenant.odd_tokens import KINDS
from simulator.tenant.passwordless import DeliveryError, Message
from simulator.tenant.tenant import Tenant

__all__ = ["KINDS", "Account", "Api", "Application", "DeliveryError", "Message", "Tenant"]
