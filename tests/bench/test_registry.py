import importlib
import inspect

from loa.cli import bench, main


def test_every_named_benchmark_can_be_run_with_options():
    for name, module in bench.BENCHMARKS.items():
        run = importlib.import_module(module).run
        assert list(inspect.signature(run).parameters) == ["options"], name


def test_the_list_names_them_one_a_line(capsys):
    assert main(["bench", "list"]) == 0

    assert capsys.readouterr().out.split() == list(bench.BENCHMARKS)
