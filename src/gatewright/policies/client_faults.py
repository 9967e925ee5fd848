"""Faults of the records behind a key or a token, shared by the policies that verify one."""

from gatewright.engine.faults import fault

store_away = fault(
    "keymanagement.service.ServiceUnavailable",
    503,
    "The Service is temporarily unavailable",
    "The key or token is not in this worker's memory, and the store that knows it cannot be reached. Nothing "
    "is said about the key or token: try again.",
)
app_not_approved = fault(
    "keymanagement.service.invalid_client-app_not_approved",
    401,
    "App not Approved",
    "The app, or for a token its consumer key, has been revoked or is not approved yet. Approve it with "
    "?action=approve.",
)
developer_not_active = fault(
    "keymanagement.service.DeveloperStatusNotActive",
    401,
    "Developer Status is not Active",
    "The developer who owns the app is inactive. Activate the developer with ?action=active.",
)
consumer_key_expired = fault(
    "keymanagement.service.consumer_key_expired",
    401,
    "Consumer Key expired",
    "The consumer key's expiresAt has passed. Give the app another key.",
)
product_deleted = fault(
    "keymanagement.service.consumer_key_missing_api_product_deleted",
    401,
    "API Product of the consumer key has been deleted",
    "None of the API products on the consumer key exists any more. Add one that does.",
)
