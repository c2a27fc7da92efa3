"""Languages: how Pizza on Demand puts things into words, for ears and for eyes.

Everything that is said or written stands in locales/, a folder a language: speech.toml,
letters.toml and pages.toml with the sentences, menu.toml with the names of what is sold,
numbers.toml with the words of digits, cldr.json with the rules of numbers, lists and times
(python -m interaction_model.cldr writes it), and regions/ with what a region says in
another way.
"""

from pizza_on_demand.languages.language import Language

__all__ = ["Language"]
