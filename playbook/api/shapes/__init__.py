"""What calls take and answer, as pydantic models: the serving code and the description are made from them."""
