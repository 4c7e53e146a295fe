"""The only place that knows DynamoDB: the Desk table (events, cases, outgoing posts) and the ledger."""
