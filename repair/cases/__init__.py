"""Cases: texts with what must become of them. For the project's rules and, as a pytest plugin, for anybody's."""
