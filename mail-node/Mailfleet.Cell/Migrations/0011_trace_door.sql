-- The control plane shows customers what became of their mail; what is asked through the door is of one customer at a time.
GRANT USAGE ON SCHEMA queue TO mailfleet_door;
GRANT SELECT ON queue.trace TO mailfleet_door;
