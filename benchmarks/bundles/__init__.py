"""The bundles that the gateway runs in races: a proxy endpoint, the policies it names, one target."""

import re
from pathlib import Path

_HERE = Path(__file__).parent
_STEP = re.compile(r"\s*<Step>.*?</Step>", re.DOTALL)


def bundle(name: str, upstream: int, endpoint: str = "", steps: int | None = None) -> dict[str, str]:
    """The files of a bundle by path.

    `endpoint` is the proxy endpoint to take when it is not named alike; of its steps the first `steps` stay.
    """
    proxy = (_HERE / "proxies" / f"{endpoint or name}.xml").read_text()
    if endpoint:
        proxy = proxy.replace(f"<BasePath>/{endpoint}<", f"<BasePath>/{name}<")
    if steps is not None:
        for step in _STEP.findall(proxy)[steps:]:
            proxy = proxy.replace(step, "")
    names = sorted(set(re.findall(r"<Name>([^<]+)</Name>", proxy)))
    target = (_HERE / "targets" / "default.xml").read_text()
    return {
        f"apiproxy/{name}.xml": f'<APIProxy name="{name}"/>',
        "apiproxy/proxies/default.xml": proxy,
        "apiproxy/targets/default.xml": target.replace("@upstream@", str(upstream)),
        **{
            f"apiproxy/policies/{step}.xml": (_HERE / "policies" / f"{step}.xml").read_text()
            for step in names
        },
    }
