"""The world around the skill: an Echo, an Alexa app, an Auth0 tenant, a mailbox.

Everything here is real where it can be (HTTP, OAuth, JWTs, MIME mail, boto3) and
meets the skill only through its doors, as Amazon does.
"""
