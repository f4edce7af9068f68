"""What the tests share: scripted services, steps in process, samples, and whole simulations."""
