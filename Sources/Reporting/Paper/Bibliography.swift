/// What a paragraph on methods may cite, as BibTeX.
enum Bibliography {
    /// - Parameter keys: one that is not here is left out.
    static func text(of keys: [String]) -> String {
        keys.compactMap { key in entries.first { $0.contains("{\(key),") } }.joined(separator: "\n")
    }

    static let entries = [
        """
        @techreport{krizhevsky2009,
          author = {Krizhevsky, Alex},
          title = {{Learning Multiple Layers of Features from Tiny Images}},
          institution = {University of Toronto},
          year = {2009},
        }

        """,
        """
        @inproceedings{kingma2015,
          author = {Kingma, Diederik P. and Ba, Jimmy},
          title = {{Adam: A Method for Stochastic Optimization}},
          booktitle = {International Conference on Learning Representations},
          year = {2015},
        }

        """,
        """
        @inproceedings{ioffe2015,
          author = {Ioffe, Sergey and Szegedy, Christian},
          title = {{Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift}},
          booktitle = {International Conference on Machine Learning},
          year = {2015},
        }

        """,
        """
        @inproceedings{wu2018,
          author = {Wu, Yuxin and He, Kaiming},
          title = {{Group Normalization}},
          booktitle = {European Conference on Computer Vision},
          year = {2018},
        }

        """,
        """
        @article{student1908,
          author = {Student},
          title = {{The Probable Error of a Mean}},
          journal = {Biometrika},
          volume = {6},
          number = {1},
          pages = {1--25},
          year = {1908},
        }

        """,
        """
        @book{fisher1935,
          author = {Fisher, Ronald A.},
          title = {{The Design of Experiments}},
          publisher = {Oliver and Boyd},
          year = {1935},
        }

        """,
        """
        @article{holm1979,
          author = {Holm, Sture},
          title = {{A Simple Sequentially Rejective Multiple Test Procedure}},
          journal = {Scandinavian Journal of Statistics},
          volume = {6},
          number = {2},
          pages = {65--70},
          year = {1979},
        }

        """,
        """
        @article{hedges1981,
          author = {Hedges, Larry V.},
          title = {{Distribution Theory for Glass's Estimator of Effect Size and Related Estimators}},
          journal = {Journal of Educational Statistics},
          volume = {6},
          number = {2},
          pages = {107--128},
          year = {1981},
        }

        """,
        """
        @inproceedings{bouthillier2021,
          author = {Bouthillier, Xavier and others},
          title = {{Accounting for Variance in Machine Learning Benchmarks}},
          booktitle = {Machine Learning and Systems},
          year = {2021},
        }

        """,
        """
        @book{efron1993,
          author = {Efron, Bradley and Tibshirani, Robert J.},
          title = {{An Introduction to the Bootstrap}},
          publisher = {Chapman and Hall},
          year = {1993},
        }

        """,
        """
        @inproceedings{agarwal2021,
          author = {Agarwal, Rishabh and Schwarzer, Max and Castro, Pablo Samuel and Courville, Aaron C. and
            Bellemare, Marc G.},
          title = {{Deep Reinforcement Learning at the Edge of the Statistical Precipice}},
          booktitle = {Advances in Neural Information Processing Systems},
          year = {2021},
        }

        """,
    ]
}
