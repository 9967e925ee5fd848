"""What Quota and SpikeArrest are made of."""
