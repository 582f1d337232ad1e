"""What answers inside the lab: moto in this process, any endpoint that speaks DynamoDB, or AWS itself."""
