/// What comments may name though this package does not have it, and whose it is.
enum NamesOfOthers {
    static let names: [String: String] = [
        "AllowedCPUs": "systemd, a setting of services",
        "CPUQuota": "systemd, a setting of services",
        "LINGER": "ZeroMQ, an option of sockets",
        "MemoryMax": "systemd, a setting of services",
        "Process": "Foundation",
        "RandomSampler": "PyTorch",
        "_BaseDataLoaderIter": "PyTorch",
        "__init__": "Python",
        "__iter__": "Python",
        "_sem": "scipy",
        "lgamma": "the C library",
        "pairwise_sum": "numpy",
        "percentile": "numpy",
        "randperm_cpu": "PyTorch",
        "reset_parameters": "PyTorch",
        "rliable": "a Python package",
        "sched_autogroup_enabled": "Linux, a setting of its scheduler",
        "select": "the C library",
        "taskset": "util-linux",
    ]

    static let files: [String: String] = [
        "MT19937RNGEngine.h": "PyTorch",
        "conv.py": "PyTorch",
        "dataloader.py": "PyTorch",
        "linear.py": "PyTorch",
        "sampler.py": "PyTorch",
    ]

    static let options: [String: String] = [
        "filter": "swift test"
    ]
}
