"""What people say to the skill, and the tool that turns it into Amazon's format.

Each `<locale>.toml` beside this file is edited by people. `python -m interaction_model`
builds `skill-package/interactionModels/custom/<locale>.json` from it.
"""
