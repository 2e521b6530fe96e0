"""What the machine needs to be there: a table, a topic, and a queue that hears what is announced."""


def _make_resources(aws):
    """Makes the resources, each with an ordinary client of boto3."""
    aws("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "orderId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "orderId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    aws("sns").create_topic(Name="order-mails")
    queue = aws("sqs").create_queue(QueueName="announced")["QueueUrl"]
    told = aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    aws("events").put_rule(Name="orders", EventPattern='{"source": ["shop.orders"]}')
    aws("events").put_targets(Rule="orders", Targets=[{"Id": "queue", "Arn": told["Attributes"]["QueueArn"]}])


SETUP = _make_resources
