"""What the machine needs to be there: the approver's queue, and the topic of reminders."""


def _make_resources(aws):
    """Makes the resources, each with an ordinary client of boto3."""
    aws("sqs").create_queue(QueueName="approvals")
    aws("sns").create_topic(Name="reminders")


SETUP = _make_resources
