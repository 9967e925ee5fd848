"""What ExtractVariables takes values out of: texts by pattern, JSON by JSONPath, XML by XPath."""
