import Experiment

private let notYAML = "this is not valid YAML:"
private let look = "look for a missing bracket, quote, colon or indent"

let syntaxFaults: [Fault] = [
    Fault("", "1: this file is empty; a sweep file needs at least name, data and grid"),
    Fault("# nothing\n", "1: this file is empty; a sweep file needs at least name, data and grid"),
    Fault("---", "1: this file is empty; a sweep file needs at least name, data and grid"),
    Fault("---\n", "1: this file is empty; a sweep file needs at least name, data and grid"),
    Fault("# one\n---\n# two\n\n", "3: this file is empty; a sweep file needs at least name, data and grid"),
    Fault("---\n...\n", "2: this file is empty; a sweep file needs at least name, data and grid"),
    Fault("...\n", "1: this file is empty; a sweep file needs at least name, data and grid"),
    Fault("\n\n\n", "1: this file is empty; a sweep file needs at least name, data and grid"),
    Fault("~\n", "1: this file is empty; a sweep file needs at least name, data and grid"),
    Fault("---\n---\n", "2: a second document begins here; a file holds one sweep"),
    Fault("---\nname: a\n---\n", "3: a second document begins here; a file holds one sweep"),
    Fault("name: a\n---", "2: a second document begins here; a file holds one sweep"),
    Fault(
        "name: a\ndata: shapes\ngrid:\n",
        "3: grid: is empty; write each axis with its list of values, as in norm: [bn, ln]"),
    Fault("name: a\ndata:", "2: data: nothing is not a data set; write cifar10 or shapes"),
    Fault("- a\n", "1: this file holds a list; write keys with values, as in name: quick"),
    Fault("quick\n", "1: this file holds a single value; write keys with values, as in name: quick"),
    Fault(
        "name: a\ndata: shapes\ngrid:\n  norm: [bn, ln\n  seed: [1]\n",
        "5: \(notYAML) while parsing a flow sequence that begins on line 4, did not find expected ',' or ']'; \(look)"),
    Fault("{", "1: \(notYAML) while parsing a flow node, did not find expected node content; \(look)"),
    Fault(
        "name: \"a\ndata: shapes\n",
        "2: \(notYAML) while scanning a quoted scalar that begins on line 1, found unexpected end of stream; \(look)"),
    Fault("name: a\n data: shapes\n", "2: \(notYAML) mapping values are not allowed in this context; \(look)"),
    Fault(
        "name: a\ngrid:\n\tseed: [1]\n",
        "3: \(notYAML) while scanning for the next token, found character that cannot start any token; "
            + "indent with spaces, not with tabs"),
    Fault("name: a\ndata: b\u{1}\n", "2: \(notYAML) control characters are not allowed; remove the character"),
    Fault("name: a\n---\nname: b\n", "2: a second document begins here; a file holds one sweep"),
    Fault("name: a\n? [x]\n: 1\n", "2: a list or a mapping is used as a key; keys are single words, as in name: quick"),
    .body(
        "grid:\n  seed: &s [1]\n  batch_size: *s",
        "4: the anchor &s stands here; write the value out wherever it is used, without & and *"),
    Fault("name: *a\n", "1: \(notYAML) found undefined alias; \(look)"),
    Fault(
        "name: a\n<<: {data: shapes}\n",
        "2: <<: merges another mapping, which a sweep file cannot do; write its keys here"),
    .body("grid:\n  seed: [!!int 1]", "4: the tag tag:yaml.org,2002:int stands here; write the value without a tag"),
    Fault(
        "name: " + String(repeating: "[", count: 20) + String(repeating: "]", count: 20),
        "1: this is nested more than 10 levels deep; a sweep file needs 4"),
    Fault(
        "name: " + String(repeating: "[", count: 100_000),
        "1: this is nested more than 10 levels deep; a sweep file needs 4"),
]

let keyFaults: [Fault] = [
    Fault("data: shapes\ngrid: {seed: [1]}\n", "1: name: is missing; add name: quick"),
    Fault("name: a\ngrid: {seed: [1]}\n", "1: data: is missing; add data: shapes (or cifar10)"),
    Fault("name: a\ndata: shapes\n", "1: grid: is missing; add grid: {norm: [bn, ln], seed: [1, 2]}"),
    .body("gird: {seed: [1]}", "3: gird: is not a key of a sweep file; did you mean grid?"),
    .body(
        "workers: 3",
        "3: workers: is not a key of a sweep file; write one of name, data, grid, train, exclude, include, zip"),
    .body("epochs: 3", "3: epochs: is a hyperparameter; put it under grid (a list of values) or train (one value)"),
    .body(
        "seed: [1]",
        "3: seed: is a hyperparameter; put it under grid (a list of values) or train (one value): a seed always under "
            + "grid"
    ),
    .body("grid:\n  lerning_rate: [1]", "4: grid.lerning_rate: is not a hyperparameter; did you mean learning_rate?"),
    .body("grid: {seed: [1]}\ntrain:\n  Epoch: 3", "5: train.Epoch: is not a hyperparameter; did you mean epochs?"),
    .body(
        "grid:\n  optimizer: [adam]",
        "4: grid.optimizer: is not a hyperparameter; write one of batch_size, capture_gradients, epochs, "
            + "learning_rate, "
            + "norm, seed, test_limit, train_limit"),
    Fault("name: a\nname: b\n", "2: name: is written twice, first on line 1; keep one of them"),
    Fault("name: a\n\"name\": b\n", "2: name: is written twice, first on line 1; keep one of them"),
    .body(
        "grid:\n  seed: [1]\n  norm: [bn]\n  seed: [2]",
        "6: seed: is written twice, first on line 4; keep one of them"),
    .body("grid: {seed: [1], seed: [2]}", "3: seed: is written twice, in this line; keep one of them"),
    .body(
        "grid:\n  norm: [bn]\n  seed: [1]\ntrain:\n  epochs: 3\n  norm: ln",
        "8: train.norm: is an axis of grid too, on line 4; keep one of them"),
    .body(
        "train:\n  norm: ln\ngrid:\n  norm: [bn]\n  seed: [1]",
        "4: train.norm: is an axis of grid too, on line 6; keep one of them"),
]

private let nameRule = "1 to 64 letters, digits, -, _ and ., the first not a ."
private let batchSizes = "write a whole number from 1 to 4096"

let valueFaults: [Fault] = [
    Fault("name:\n", "1: name: is empty; write a name for the run directory: \(nameRule)"),
    Fault("name: [a]\n", "1: name: is a list; write a name for the run directory: \(nameRule)"),
    Fault("name: my sweep\n", "1: name: my sweep cannot name the run directory; use \(nameRule)"),
    Fault("name: ../up\n", "1: name: ../up cannot name the run directory; use \(nameRule)"),
    Fault("name: .hidden\n", "1: name: .hidden cannot name the run directory; use \(nameRule)"),
    Fault("name: \"\"\n", "1: name: an empty text cannot name the run directory; use \(nameRule)"),
    Fault("name: größe\n", "1: name: größe cannot name the run directory; use \(nameRule)"),
    Fault("name: a\ndata: cifar100\n", "2: data: cifar100 is not a data set; write cifar10 or shapes"),
    Fault("name: a\ndata: [shapes]\n", "2: data: is a list; write cifar10 or shapes"),
    axis("norm: [bm]", "grid.norm: bm is not one of its values; write one of bn, ln, none"),
    axis("norm: [no]", "grid.norm: no is not one of its values; write one of bn, ln, none"),
    axis("norm: [~]", "grid.norm: ~ is not one of its values; write one of bn, ln, none"),
    axis("norm: [BN]", "grid.norm: BN is not one of its values; write one of bn, ln, none"),
    axis("batch_size: [0]", "grid.batch_size: 0 is out of range; \(batchSizes)"),
    axis("batch_size: [-8]", "grid.batch_size: -8 is out of range; \(batchSizes)"),
    axis("batch_size: [4097]", "grid.batch_size: 4097 is out of range; \(batchSizes)"),
    axis(
        "batch_size: [99999999999999999999]", "grid.batch_size: 99999999999999999999 is out of range; \(batchSizes)"),
    axis("batch_size: [64.0]", "grid.batch_size: 64.0 is written as a fraction; write 64"),
    axis("batch_size: [1e2]", "grid.batch_size: 1e2 is written as a fraction; write 100"),
    axis("batch_size: [64.5]", "grid.batch_size: 64.5 is not a whole number; \(batchSizes)"),
    axis("batch_size: [\"64\"]", "grid.batch_size: \"64\" is a text; write 64 without quotes"),
    axis("batch_size: ['many']", "grid.batch_size: \"many\" is a text; \(batchSizes)"),
    axis("batch_size: [010]", "grid.batch_size: 010 could be read as an octal number; write 10"),
    axis("batch_size: [0x40]", "grid.batch_size: 0x40 is not a whole number; \(batchSizes)"),
    axis("batch_size: [1_000]", "grid.batch_size: 1_000 is not a whole number; \(batchSizes)"),
    axis("batch_size: [1:30]", "grid.batch_size: 1:30 is not a whole number; \(batchSizes)"),
    axis("batch_size: [yes]", "grid.batch_size: yes is not a whole number; \(batchSizes)"),
    axis("batch_size: [8, ~]", "grid.batch_size: ~ is not a whole number; \(batchSizes)"),
    axis("batch_size: [[8]]", "grid.batch_size: a list stands where a value belongs; \(batchSizes)"),
    axis("learning_rate: [11]", "grid.learning_rate: 11 is out of range; write a number from 0 to 10"),
    axis("learning_rate: [-1e-3]", "grid.learning_rate: -1e-3 is out of range; write a number from 0 to 10"),
    axis("learning_rate: [1e999]", "grid.learning_rate: 1e999 is out of range; write a number from 0 to 10"),
    axis("learning_rate: [1e400]", "grid.learning_rate: 1e400 is out of range; write a number from 0 to 10"),
    axis("learning_rate: [1e-325]", "grid.learning_rate: 1e-325 \(DecimalNumber.tooSmallWords)"),
    axis("learning_rate: [0.1, 4.9e-324]", "grid.learning_rate: 4.9e-324 \(DecimalNumber.tooSmallWords)"),
    axis("learning_rate: [1e-50]", "grid.learning_rate: 1e-50 \(DecimalNumber.tooSmallWords)"),
    axis("learning_rate: [-1e-999]", "grid.learning_rate: -1e-999 \(DecimalNumber.tooSmallWords)"),
    axis(
        "learning_rate: [1e-9999999999999999999999]",
        "grid.learning_rate: 1e-9999999999999999999999 \(DecimalNumber.tooSmallWords)"),
    .body(
        "grid: {seed: [1]}\ntrain:\n  learning_rate: 1e-325",
        "5: train.learning_rate: 1e-325 \(DecimalNumber.tooSmallWords)"),
    axis(
        "epochs: [9007199254740993]",
        "grid.epochs: 9007199254740993 is out of range; write a whole number from 1 to 10000"),
    axis("batch_size: [64e-1]", "grid.batch_size: 64e-1 is not a whole number; \(batchSizes)"),
    axis("batch_size: [1e-325]", "grid.batch_size: 1e-325 is not a whole number; \(batchSizes)"),
    axis("batch_size: [1e400]", "grid.batch_size: 1e400 is not a whole number; \(batchSizes)"),
    axis("learning_rate: [.inf]", "grid.learning_rate: .inf is not a number; write a number from 0 to 10"),
    axis("learning_rate: [.nan]", "grid.learning_rate: .nan is not a number; write a number from 0 to 10"),
    axis("learning_rate: [nan]", "grid.learning_rate: nan is not a number; write a number from 0 to 10"),
    axis("learning_rate: [0x1p-3]", "grid.learning_rate: 0x1p-3 is not a number; write a number from 0 to 10"),
    axis("learning_rate: [1e]", "grid.learning_rate: 1e is not a number; write a number from 0 to 10"),
    axis(
        "learning_rate: [0,001]", "grid.learning_rate: 001 has a leading zero; write decimals with a point, as in 0.001"
    ),
    axis("learning_rate: [\"1e-3\"]", "grid.learning_rate: \"1e-3\" is a text; write 0.001 without quotes"),
    axis("capture_gradients: [yes]", "grid.capture_gradients: yes is not a flag; write true"),
    axis("capture_gradients: [Off]", "grid.capture_gradients: Off is not a flag; write false"),
    axis("capture_gradients: [True]", "grid.capture_gradients: True is not a flag; write true"),
    axis("capture_gradients: [1]", "grid.capture_gradients: 1 is not a flag; write true or false"),
    axis("seed: [-1]", "grid.seed: -1 is out of range; write a whole number from 0 to 4294967295"),
    axis("seed: [4294967296]", "grid.seed: 4294967296 is out of range; write a whole number from 0 to 4294967295"),
]

/// One axis, on line 4.
private func axis(_ line: String, _ message: String) -> Fault {
    .body("grid:\n  \(line)", "4: \(message)")
}

let gridFaults: [Fault] = [
    .body("grid:", "3: grid: is empty; write each axis with its list of values, as in norm: [bn, ln]"),
    .body("grid: [norm]", "3: grid: is a list; write each axis with its list of values, as in norm: [bn, ln]"),
    .body(
        "grid:\n  norm: [bn]",
        "3: grid: has no seed; add the seeds that every point is trained with: seed: [1, 2, 3]"),
    .body("grid:\n  norm: []\n  seed: [1]", "4: grid.norm: is an empty list; list at least one value"),
    .body("grid:\n  norm:\n  seed: [1]", "4: grid.norm: is empty; list at least one value"),
    .body(
        "grid:\n  batch_size: 64\n  seed: [1]",
        "4: grid.batch_size: is a single value; write a list, [64], or move it to train"),
    .body("grid:\n  seed: 42", "4: grid.seed: is a single value; write a list, [42]"),
    .body("grid:\n  norm: {a: b}", "4: grid.norm: is a mapping; write a list of values"),
    .body("grid:\n  seed: [1, 2, 1]", "4: grid.seed: has the value 1 twice; remove one of them"),
    .body(
        "grid:\n  learning_rate:\n    - 0.001\n    - 0.01\n    - 1e-3",
        "7: grid.learning_rate: has the value 0.001 twice, first on line 5; remove one of them"),
    .body("grid:\n  learning_rate: [0, -0.0]", "4: grid.learning_rate: has the value 0 twice; remove one of them"),
    .body("grid: {seed: [1]}\ntrain: [epochs]", "4: train: is a list; write names with values, as in epochs: 15"),
    .body(
        "grid: {seed: [1]}\ntrain:\n  norm: [bn, ln]",
        "5: train.norm: is a list, which makes it an axis; move it to grid or write one value"),
    .body(
        "grid: {norm: [bn]}\ntrain:\n  seed: 42",
        "3: grid: has no seed; add the seeds that every point is trained with: seed: [1, 2, 3]"),
    .body(
        "grid: {seed: [1]}\ntrain:\n  seed: 42",
        "5: train.seed: is always an axis; move it to grid as a list, as in seed: [42]"),
    .body(
        "grid: {seed: [1]}\ntrain:\n  epochs:",
        "5: train.epochs: nothing is not a whole number; write a whole number from 1 to 10000"),
]

let zipFaults: [Fault] = [
    .rule("zip: batch_size", "7: zip: is a single value; write a list, as in - [batch_size, learning_rate]"),
    .rule(
        "zip: [norm, batch_size]",
        "7: zip: holds a single value; write a list of lists, as in [[batch_size, learning_rate]]"),
    .rule("zip:\n  - [norm]", "8: zip: needs two axes or more to advance together; name them or remove it"),
    .rule("zip:\n  - []", "8: zip: needs two axes or more to advance together; name them or remove it"),
    .rule("zip: [[norm, epochs]]", "7: zip: epochs is not an axis; the axes in grid are norm, batch_size"),
    .rule("zip: [[norm, size]]", "7: zip: size is not an axis; the axes in grid are norm, batch_size"),
    .rule("zip: [[norm, seed]]", "7: zip: names seed, but the same seeds run in every point; remove it"),
    .rule("zip: [[norm, [seed]]]", "7: zip: holds a list where the name of an axis belongs"),
    .rule("zip: [[norm, norm]]", "7: zip: names norm twice; an axis can be in one zip, once"),
    .rule(
        "zip:\n  - [norm, batch_size]",
        "8: zip: joins axes of different lengths; give each as many values: norm has 2, batch_size has 3"),
    .body(
        "grid: {norm: [bn], batch_size: [8], epochs: [3], seed: [1]}\nzip:\n  - [norm, batch_size]\n  - [epochs, norm]",
        "6: zip: names norm twice; an axis can be in one zip, once"),
]

let ruleFaults: [Fault] = [
    .rule(
        "exclude: {norm: bn}",
        "7: exclude: is a mapping; write a list, as in - {norm: none, batch_size: 8}"),
    .rule(
        "exclude: [norm]",
        "7: exclude: holds a single value; write axes with values, as in {norm: none, batch_size: 8}"),
    .rule(
        "exclude:\n  - {}",
        "8: exclude: holds an empty mapping; write axes with values, as in {norm: none, batch_size: 8}"),
    .rule(
        "exclude:\n  -", "8: exclude: holds an empty item; write axes with values, as in {norm: none, batch_size: 8}"),
    .rule("exclude:\n  - {nrom: bn}", "8: exclude.nrom: is not a hyperparameter; did you mean norm?"),
    .rule("exclude:\n  - {epochs: 3}", "8: exclude.epochs: is not an axis; the axes in grid are norm, batch_size"),
    .rule(
        "exclude:\n  - {norm: bn, seed: 1}",
        "8: exclude.seed: is not allowed: the same seeds run in every point; remove it"),
    .rule("exclude:\n  - {batch_size: 64}", "8: exclude.batch_size: 64 is not a value of this axis; it has 8, 16, 32"),
    .rule("exclude:\n  - {norm: []}", "8: exclude.norm: is an empty list; list the values to leave out"),
    .rule("exclude:\n  - {batch_size: 8.0}", "8: exclude.batch_size: 8.0 is written as a fraction; write 8"),
    .rule(
        "exclude:\n  - {batch_size: {a: 1}}",
        "8: exclude.batch_size: a mapping stands where a value belongs; write a whole number from 1 to 4096"),
    .rule("exclude:\n  - norm: [bn, ln]", "8: exclude: leaves no point of the grid; exclude fewer"),
    .body(
        "grid: {norm: [bn, ln], batch_size: [8, 16], seed: [1]}\nzip: [[norm, batch_size]]\nexclude:\n"
            + "  - {norm: bn, batch_size: 8}\n  - {norm: bn, batch_size: 16}",
        "7: exclude: matches no point of the grid; correct it or remove it"),
    .rule("include: 3", "7: include: is a single value; write a list, as in - {norm: none, batch_size: 8}"),
    .rule("include:\n  - {norm: none}", "8: include: lacks batch_size; an included point sets every axis"),
    .rule(
        "include:\n  - {norm: none, batch_size: 8, seed: 3}",
        "8: include.seed: is not allowed: the same seeds run in every point; remove it"),
    .rule(
        "include:\n  - {norm: none, batch_size: 8, epochs: 3}",
        "8: include.epochs: is not an axis; the axes in grid are norm, batch_size"),
    .rule(
        "include:\n  - {norm: none, batch_size: 0}",
        "8: include.batch_size: 0 is out of range; write a whole number from 1 to 4096"),
    .rule(
        "include:\n  - {norm: none, batch_size: [8]}",
        "8: include.batch_size: a list stands where a value belongs; write a whole number from 1 to 4096"),
    .rule("include:\n  - {norm: bn, batch_size: 8}", "8: include: is a point that the sweep already has; remove it"),
    .rule(
        "include:\n  - {norm: none, batch_size: 8}\n  - {batch_size: 8, norm: none}",
        "9: include: is a point that the sweep already has; remove it"),
    .body("grid: {seed: [1]}\ninclude:\n  - {norm: bn}", "5: include.norm: is not an axis; grid has none besides seed"),
]
