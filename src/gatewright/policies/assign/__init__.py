"""The actions on messages that AssignMessage, RaiseFault and other policies share."""
