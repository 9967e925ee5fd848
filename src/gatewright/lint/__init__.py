"""What is wrong with a bundle or may become so: what a deployment refuses, and warnings beyond it."""
