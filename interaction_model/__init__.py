"""What people say to the skill, and the tool that turns it into Amazon's format.

Each `<language>.toml` beside this file is edited by people, and so is each `<locale>.toml`,
which holds only what a region says besides. `python -m interaction_model` builds from them
`skill-package/interactionModels/custom/<locale>.json` and the texts of skill.json.
"""
