"""What flows through the program, and the one place that alters text: pages, rules, changes, chains, the engine."""
