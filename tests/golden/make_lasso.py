#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""LASSO fits and a cross-validated penalty, by scikit-learn (Debian's python3-sklearn).

    /usr/bin/python3 make_lasso.py > lasso.txt

Sixty samples of six correlated regressors, three of which matter. Lines: "data x1 ... x6 y";
"lasso penalty intercept w1 ... w6"; "cv penalty error intercept w1 ... w6" of 10 folds in order
over 100 penalties; "ols intercept w1 ... w6".
"""
import numpy
from sklearn.linear_model import Lasso, LassoCV, LinearRegression

random = numpy.random.default_rng(2025)
x = random.normal(size=(60, 6)) @ (numpy.eye(6) + 0.4 * random.normal(size=(6, 6))) + 3
y = x @ [1.5, 0, -2, 0, 0.7, 0] + 4 + 0.5 * random.normal(size=60)
x, y = x.round(6), y.round(6)


def show(name, *numbers):
    print(name, *(f"{number:.15g}" for number in numbers))


print("# tests/golden/make_lasso.py, scikit-learn")
for row, value in zip(x, y):
    show("data", *row, value)
for penalty in (0.01, 0.1, 0.5, 2.0):
    fit = Lasso(alpha=penalty, tol=1e-14, max_iter=10**6).fit(x, y)
    show("lasso", penalty, fit.intercept_, *fit.coef_)
cv = LassoCV(cv=10, n_alphas=100, eps=1e-3, tol=1e-14, max_iter=10**6).fit(x, y)
show("cv", cv.alpha_, cv.mse_path_.mean(axis=1).min(), cv.intercept_, *cv.coef_)
ols = LinearRegression().fit(x, y)
show("ols", ols.intercept_, *ols.coef_)
