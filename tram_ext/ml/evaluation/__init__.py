"""How good a model is: TRAM's protocol, cross-validation, calibration, leakage."""
