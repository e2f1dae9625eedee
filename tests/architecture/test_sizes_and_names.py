"""Small files, small functions, and names that say what is in them."""

from statistics import median

from tests.architecture.tree import PRODUCT, ROOT, files, functions, line_count, sources

LONGEST_FILE, MEDIAN_FILE = 300, 80
LONGEST_FUNCTION, MEDIAN_FUNCTION = 50, 10
SAYING_NOTHING = {"utils", "util", "common", "helpers", "helper", "misc"}


def test_no_file_is_long() -> None:
    paths = sources(*PRODUCT, "tests", suffixes=(".py", ".js", ".css"))
    lengths = {str(path.relative_to(ROOT)): line_count(path) for path in paths}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_most_files_are_short() -> None:
    lengths = [line_count(path) for path in sources(*PRODUCT)]
    assert median(lengths) <= MEDIAN_FILE


def test_no_function_is_long() -> None:
    lengths = dict(found for path in sources(*PRODUCT, "tests") for found in functions(path))
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


def test_most_functions_are_short() -> None:
    lengths = [lines for path in sources(*PRODUCT) for _, lines in functions(path)]
    assert median(lengths) <= MEDIAN_FUNCTION


def test_names_say_what_is_inside() -> None:
    paths = files(*PRODUCT, "tests", suffixes=())
    assert [path for path in paths if SAYING_NOTHING & {*path.relative_to(ROOT).parts, path.stem}] == []
