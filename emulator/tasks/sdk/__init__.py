"""Integrations of the AWS SDK: any call of any service, by botocore's models."""
