"""The sessions of the project: ``nox -l`` is its table of contents, bare ``nox`` is what CI runs.

Packages are found by glob: a new folder under packages/ has its sessions without a change here.
"""

from __future__ import annotations

import os
import shutil
import sys
import tomllib
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = bool(os.environ.get("CI"))

# The first process that imports a module keeps it compiled for the next. Compiling all of torch when installing, as uv
# can, takes longer in each environment: most of it is never imported.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.setdefault("UV_PYTHON_DOWNLOADS", "never")
os.environ.setdefault("UV_LINK_MODE", "hardlink")

ROOT = Path(__file__).parent
METHODS = sorted({file.parent.name for file in ROOT.glob("packages/*/pyproject.toml")} - {"core"})
PACKAGES = ["core", *METHODS]
WITH_TABLES = sorted({file.relative_to(ROOT).parts[1] for file in ROOT.glob("packages/*/src/*/experiments/*.yaml")})
GROUPS = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
TESTS = GROUPS["tests"]
TOLD = ["-o", "log_cli=true", "-o", "log_cli_level=INFO"]  # a test that counts says what it counted
BUILT: list[Path] = []  # the wheels in dist/, once a session has built them
DOCS = ["sphinx>=8.1", "furo", "myst-parser>=4", "latex2mathml>=3.78"]

# Each worker begins with its half, so what a file's tests share is made once; who has nothing left takes the other's.
PARALLEL = ["-n", "2", "--dist", "worksteal"]
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # pytest-xdist and data loaders bring the parallelism


def each(names: list[str]) -> list[nox.param]:  # type: ignore[valid-type]
    """Make one session of each name, called by it."""
    return [nox.param(name, id=name) for name in names]


def folder(package: str) -> Path:
    """Return the folder of a package."""
    return ROOT / "packages" / package


def install_editable(session: nox.Session, *packages: str, extras: str = "[train,easy-vqa,h5,captions,timm]") -> None:
    """Install the core with its extras, and packages beside it, all from their folders in one command."""
    names = [f"{folder('core')}{extras}", *(str(folder(name)) for name in packages if name != "core")]
    session.install(*(word for name in names for word in ("-e", name)))


def build_wheels(session: nox.Session) -> list[Path]:
    """Build the wheel of every package into dist/, emptied first; once for all sessions that are run together."""
    if BUILT:
        return BUILT
    dist = ROOT / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    session.install("build", "poetry-core>=2.0")
    for package in PACKAGES:
        command = ["python", "-m", "build", "--wheel", "--no-isolation", "--outdir", str(dist), str(folder(package))]
        session.run(*command, silent=True)
    BUILT.extend(sorted(dist.glob("*.whl")))
    return BUILT


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and formatting (ruff)."""
    session.install("ruff>=0.14")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check types (mypy, strict)."""
    install_editable(session, *PACKAGES)
    session.install("mypy>=1.18", "types-PyYAML", *TESTS)  # a tool is a plugin of pytest's
    sources = [str(path.relative_to(ROOT)) for package in PACKAGES for path in folder(package).glob("src/*")]
    session.run("mypy", *sources, "tools")


@nox.session
@nox.parametrize("package", each(PACKAGES))
def tests(session: nox.Session, package: str) -> None:
    """Test one package."""
    install_editable(session, package)
    session.install(*TESTS)
    with session.chdir(folder(package)):
        session.run("pytest", *(session.posargs or PARALLEL), env=ONE_THREAD)


@nox.session(default=False)
@nox.parametrize("package", each(PACKAGES))
def coverage(session: nox.Session, package: str) -> None:
    """Test one package, and count which of its lines were run (twice the time): fewer than 90 % are an error."""
    install_editable(session, package)
    session.install(*TESTS)
    source = next(path.name for path in folder(package).glob("src/*/") if (path / "__init__.py").exists())
    counted = [f"--cov={source}", f"--cov-config={ROOT / 'pyproject.toml'}", "--cov-report=term"]
    with session.chdir(folder(package)):
        session.run("pytest", *PARALLEL, *counted, *session.posargs, env={**ONE_THREAD, "MEASURED_PACKAGE": source})


@nox.session
def tests_cross(session: nox.Session) -> None:
    """Test what holds between packages: contracts, imports, plugins, the README's examples."""
    install_editable(session, *PACKAGES)
    session.install(*TESTS, *GROUPS["built"])
    session.run("pytest", "tests", *(session.posargs or PARALLEL), env=ONE_THREAD)


@nox.session
def build(session: nox.Session) -> None:
    """Build the wheels of all packages into dist/."""
    for wheel in build_wheels(session):
        session.log(wheel.name)


@nox.session(reuse_venv=False)
def wheels(session: nox.Session) -> None:
    """Install the built wheels into a clean environment and test them from outside the tree."""
    built = build_wheels(session)
    outside = Path(session.create_tmp()) / "outside"
    shutil.rmtree(outside, ignore_errors=True)
    outside.mkdir()
    shutil.copytree(ROOT / "tests", outside / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    for file in ROOT.glob("packages/*/tests/contracts.json"):  # how each package's mechanisms are checked
        copy = outside / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True)
        shutil.copy(file, copy)
    # By path: uv answers a name and version it has seen before from its cache, with the wheel of an older tree.
    session.install(*map(str, built))
    session.log(f"installed {', '.join(wheel.name for wheel in built)}, without extras")
    session.install(*TESTS)
    with session.chdir(outside):
        session.run("scanpath", "list")
        # tests_cross compiles every mechanism of the same sources
        session.run("pytest", "-q", *PARALLEL, "-m", "not tree", "--backend", "none", "tests", env=ONE_THREAD)


@nox.session
def poetry_check(session: nox.Session) -> None:
    """Check every package with Poetry: valid metadata, and a wheel equal to the one of `build`."""
    built = {wheel.name: wheel.read_bytes() for wheel in build_wheels(session)}
    session.install("poetry>=2.1")
    out = Path(session.create_tmp()).resolve() / "poetry"
    shutil.rmtree(out, ignore_errors=True)
    for package in PACKAGES:
        session.run("poetry", "check", "--strict", "-C", str(folder(package)))
        session.run("poetry", "build", "--format=wheel", "-C", str(folder(package)), "-o", str(out), silent=True)
    by_poetry = {wheel.name: wheel.read_bytes() for wheel in out.glob("*.whl")}
    different = sorted(name for name in built.keys() | by_poetry.keys() if built.get(name) != by_poetry.get(name))
    if different:
        session.error(f"poetry's wheels differ from those of the session build: {', '.join(different)}")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation into docs/_build; a broken link is an error."""
    install_editable(session, *PACKAGES, extras="")  # results are rendered from their JSON, the ledger from the tables
    session.install(*DOCS)
    session.run("sphinx-build", "-W", "--keep-going", "-q", "-b", "html", "docs", "docs/_build/html")
    session.log("open docs/_build/html/index.html")


@nox.session(default=False, reuse_venv=False)
def new_method(session: nox.Session) -> None:
    """Generate a method package in the tree's form and in its own, and run all checks of each on built wheels."""
    (core,) = (wheel for wheel in build_wheels(session) if wheel.name.startswith("scanpath-"))
    session.install(f"scanpath @ {core.as_uri()}")
    out = Path(session.create_tmp()).resolve() / "generated"
    shutil.rmtree(out, ignore_errors=True)
    tree = out / "tree"
    listed = session.run("git", "ls-files", "-co", "--exclude-standard", external=True, silent=True)
    for name in str(listed).splitlines():
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tree / name)
    alone = out / "scanpath-gaze"
    session.run("scanpath", "new-method", "gaze", "--folder", str(alone))
    for repository in (tree, alone):  # of their own, or this tree's .gitignore would hide them from ruff
        session.run("git", "-C", str(repository), "init", "--quiet", external=True)
    # A wheel by its path: by its version, uv would answer with one of an older tree.
    constraint = out / "constraint.txt"
    constraint.write_text(f"scanpath @ {core.as_uri()}\n")
    env = {"UV_CONSTRAINT": str(constraint), "PIP_CONSTRAINT": str(constraint), "NOX_DEFAULT_VENV_BACKEND": None}
    nox_here = [sys.executable, "-m", "nox"]
    session.run(*nox_here, "-f", str(alone / "noxfile.py"), env=env, external=True)
    with session.chdir(tree):
        session.run("scanpath", "new-method", "my_gaze")
    sessions = ["lint", "types", "tests(my_gaze)"]
    session.run(*nox_here, "-f", str(tree / "noxfile.py"), "-s", *sessions, external=True)
    smoke = ["table1", "--scale", "smoke", "--out", str(out / "results"), "--runs", str(out / "runs")]
    session.run(*nox_here, "-f", str(tree / "noxfile.py"), "-s", "reproduce(my_gaze)", "--", *smoke, external=True)


@nox.session(default=False)
def release_check(session: nox.Session) -> None:
    """Check what would be released, and test each method package on the oldest core that it admits."""
    built = build_wheels(session)
    oldest = Path(session.create_tmp()).resolve() / "oldest"
    shutil.rmtree(oldest, ignore_errors=True)
    session.install("packaging")
    session.run("python", "tools/release_check.py", "--wheels", str(ROOT / "dist"), "--lowest", str(oldest))
    for core in sorted(oldest.glob("*")):
        wheel = next(wheel for wheel in built if wheel.name.startswith(f"scanpath_{core.name}-"))
        session.install(f"scanpath[train] @ {core.as_uri()}", str(wheel), *TESTS)
        session.run("pytest", "-q", *PARALLEL, "-c", str(folder(core.name) / "pyproject.toml"),
                    str(folder(core.name) / "tests"), env=ONE_THREAD)  # fmt: skip


@nox.session(default=False)
def compare(session: nox.Session) -> None:
    """Compare ways of looking: some minutes on two cores, then a table and a page of pictures."""
    install_editable(session, *PACKAGES)
    session.run("scanpath", "compare", *session.posargs)


@nox.session(default=False)
def browser(session: nox.Session) -> None:
    """Open the pages in a real browser (needs Debian's chromium): nothing fetched, all to be seen at two widths."""
    if not (shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")):
        session.error("no browser is installed: apt-get install chromium")
    install_editable(session, *PACKAGES)
    session.install(*TESTS, *DOCS, "playwright>=1.50")
    made = Path(session.create_tmp()).resolve()
    for folder_made in ("pages", "screenshots"):
        shutil.rmtree(made / folder_made, ignore_errors=True)
    pages, shots, runs = made / "pages", made / "screenshots", made / "runs"
    session.run("scanpath", "compare", "--smoke", "--out", str(pages / "comparison"))
    small = ["--scale", "smoke", "--seeds", "1", "--rows", "mean,dot,two,joint"]
    session.run("scanpath", "reproduce", "core", "core", *small, "--out", str(pages / "results"), "--runs", str(runs))
    session.run("sphinx-build", "-W", "-q", "-b", "html", "docs", str(pages / "docs"))
    env = {"SCANPATH_PAGES": str(pages), "SCANPATH_SCREENSHOTS": str(shots)}
    session.run("pytest", "tests/browser", *(session.posargs or ["-n", "2"]), env=env)
    session.log(f"screenshots lie in {shots}")


if WITH_TABLES:

    @nox.session(default=False)
    @nox.parametrize("method", each(WITH_TABLES))
    def reproduce(session: nox.Session, method: str) -> None:
        """Reproduce a table of a method's paper: nox -s "reproduce(han)" -- table1 --scale small."""
        install_editable(session, method)
        session.run("scanpath", "reproduce", method, *session.posargs)


@nox.session(default=False)
def ray(session: nox.Session) -> None:
    """Spread runs over a Ray cluster of two workers on this machine, and kill one (a minute)."""
    install_editable(session, "core", extras="[train,ray]")
    session.install(*TESTS)
    path = "packages/core/tests/experiments/test_ray_crew.py"
    session.run("pytest", *(session.posargs or [path, "--durations", "5"]), env=ONE_THREAD)


@nox.session(default=False)
def kills(session: nox.Session) -> None:
    """Kill a reproduction, on this machine and on Ray, an extraction, imports and a download, at random moments."""
    install_editable(session, "core", extras="[train,ray,h5]")
    session.install(*TESTS)
    session.run("pytest", *ROOT.glob("packages/*/tests/**/kills.py"), *TOLD, *session.posargs, env=ONE_THREAD)


@nox.session(default=False)
def bad_inputs(session: nox.Session) -> None:
    """Table what users are told about bad inputs, from the tests that give them (minutes)."""
    install_editable(session, "core")
    session.install(*TESTS)
    folders = ["data", "features", "predict", "cli", "tasks", "metrics", "test_files.py"]
    out, temporary = ROOT / "results/core/bad_inputs.md", Path(session.create_tmp()).resolve() / "inputs"
    words = ["-q", "-p", "bad_inputs", "--bad-inputs", str(out), "--basetemp", str(temporary)]
    with session.chdir(folder("core")):
        env = {**ONE_THREAD, "PYTHONPATH": str(ROOT / "tools")}
        session.run("pytest", *words, *(f"tests/{name}" for name in folders), *session.posargs, env=env)


@nox.session(default=False)
def every_dataset(session: nox.Session) -> None:
    """Read, train on and measure small official files of each data set, a command each (minutes)."""
    install_editable(session, "core")
    session.install(*TESTS)
    session.run("pytest", "packages/core/tests/experiments/every_dataset.py", *TOLD, *session.posargs, env=ONE_THREAD)


@nox.session(default=False)
def inductor(session: nox.Session) -> None:
    """Compile every case of every mechanism with torch's inductor (needs a C++ compiler; minutes)."""
    install_editable(session, *PACKAGES)
    session.install(*TESTS)
    command = ["pytest", "tests/test_contracts.py", "--backend", "inductor", "--every-case"]
    session.run(*command, *session.posargs, env=ONE_THREAD)


@nox.session(default=False)
def gpu(session: nox.Session) -> None:
    """Show what only a GPU can: contracts, trainer, kernels and costs on CUDA; writes results/*/bench_cost.gpu.json."""
    install_editable(session, *PACKAGES)
    session.install(*TESTS)
    env = {**ONE_THREAD, "CUBLAS_WORKSPACE_CONFIG": ":4096:8"}  # cuBLAS wants it before determinism is asked of it
    session.run("pytest", "tests/test_contracts.py", "--every-case", "--device", "cuda", "-n", "4", env=env)
    kernels = sorted(ROOT.glob("packages/*/tests/test_kernels.py"))
    session.run("pytest", "packages/core/tests/training", "packages/core/tests/bench", *kernels, "-n", "4", env=env)
    mechanisms = "mean sum single_hop:score=dot single_hop:score=additive multi_hop local:kernel_size=1 independent"
    cost = ["scanpath", "bench", "cost", "--device", "cuda", "--json"]
    session.run(*cost, "results/core/bench_cost.gpu.json", "--batch", "128", *mechanisms.split())
    for method in METHODS:
        session.run(*cost, f"results/{method}/bench_cost.gpu.json", "--method", method)
    session.run("scanpath", "bench", "trainer")
