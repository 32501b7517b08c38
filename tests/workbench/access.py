"""What the routes of the workbench answer, for the access table: GET and POST (an empty form) of a curator.

Whoever is no curator gets 404, signed out the sign-in page, a curator without the second factor 403.
"""

from typing import Final

# Route: names of its ids in the address, GET, POST. "-" is a method that the route does not take.
WORKBENCH: Final[dict[str, tuple[str, str, str]]] = {
    "workbench:rules": ("", "200", "-"),
    "workbench:rule": ("rule", "200", "-"),
    "workbench:sign": ("rule", "-", "422"),
    "workbench:versions": ("", "200", "-"),
    "workbench:open": ("", "-", "422"),
    "workbench:roll-back": ("", "-", "422"),
    "workbench:version": ("version", "200", "-"),
    "workbench:propose": ("version", "-", "302"),
    "workbench:send-back": ("version", "-", "302"),
    "workbench:publish": ("version", "-", "302"),
    "workbench:drop": ("version", "-", "302"),
    "workbench:review": ("version", "-", "422"),
    "workbench:start-dry-run": ("version", "-", "422"),
    "workbench:new-rule": ("version", "200", "200"),
    "workbench:edit-rule": ("version rule", "200", "200"),
    "workbench:remove-rule": ("version rule", "-", "302"),
    "workbench:edit-file": ("version file", "200", "200"),
    "workbench:dry-run": ("dry_run", "200", "-"),
}
