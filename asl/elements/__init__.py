"""What several states share: flow, data flow, retry, catch, limits, rules, resources, processors."""
