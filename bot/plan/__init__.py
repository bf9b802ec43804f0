"""Article → rubrics → deliveries. planner.py runs the steps, the others decide."""
