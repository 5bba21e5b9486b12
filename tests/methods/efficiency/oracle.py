"""The same questions as whole programs, one after the other, as a textbook writes them: nothing is shared with what is tested."""

import numpy as np
from scipy.optimize import linprog

SUM = {"crs": (None, None), "vrs": (1, 1), "nirs": (None, 1), "ndrs": (1, None)}


def limits(n_before, n_units, n_after, returns):
    """Rows for the sum of weights: A_ub, b_ub, A_eq, b_eq."""
    row = np.concatenate((np.zeros(n_before), np.ones(n_units), np.zeros(n_after)))
    low, high = SUM[returns]
    if low == high == 1:
        return [], [], [row], [1]
    rows = [(row, 1)] if high else []
    rows += [(-row, -1)] if low else []
    return [one for one, _ in rows], [end for _, end in rows], [], []


def score(x, y, peers_x, peers_y, returns, orientation):
    """θ or 1/φ of one unit against peers, None if there is none."""
    sx, sy = peers_x.mean(axis=0), peers_y.mean(axis=0)
    x, y, peers_x, peers_y = x / sx, y / sy, peers_x / sx, peers_y / sy
    n, m, s = len(peers_x), len(x), len(y)
    if orientation == "input":
        rows = np.vstack((np.c_[-x, peers_x.T], np.c_[np.zeros(s), -peers_y.T]))
        ends, cost = np.concatenate((np.zeros(m), -y)), np.r_[1.0, np.zeros(n)]
    else:
        rows = np.vstack((np.c_[np.zeros(m), peers_x.T], np.c_[y, -peers_y.T]))
        ends, cost = np.concatenate((x, np.zeros(s))), np.r_[-1.0, np.zeros(n)]
    more, their_ends, equal, equals = limits(1, n, 0, returns)
    found = linprog(cost, A_ub=np.vstack((rows, *more)), b_ub=np.r_[ends, their_ends], A_eq=np.array(equal) if equal else None, b_eq=equals or None)
    if found.status != 0:
        return None
    if orientation == "input":
        return found.x[0]
    return 1 / found.x[0] if found.x[0] > 1e-9 else None


def scores(x, y, returns="crs", orientation="input", leave_out=False):
    """Scores of all units, NaN where there is none."""
    found = []
    for unit in range(len(x)):
        peers = np.arange(len(x)) != unit if leave_out else np.ones(len(x), dtype=bool)
        one = score(x[unit], y[unit], x[peers], y[peers], returns, orientation)
        found.append(np.nan if one is None else one)
    return np.array(found)


def most_slack(x, y, peers_x, peers_y, returns):
    """The largest Σ s⁻ + Σ s⁺ of a target."""
    n, m, s = len(peers_x), len(x), len(y)
    cost = np.concatenate((np.zeros(n), -np.ones(m + s)))
    rows = np.vstack((np.c_[peers_x.T, np.eye(m), np.zeros((m, s))], np.c_[peers_y.T, np.zeros((s, m)), -np.eye(s)]))
    more, their_ends, equal, equals = limits(0, n, m + s, returns)
    found = linprog(cost, A_ub=np.array(more) if more else None, b_ub=their_ends or None,
                    A_eq=np.vstack((rows, *equal)), b_eq=np.r_[x, y, equals])
    return -found.fun


def slack_based(x, y, peers_x, peers_y, returns, orientation):
    """Tone's ρ of one unit: columns t, Λ, S⁻, S⁺."""
    n, m, s = len(peers_x), len(x), len(y)
    cost = np.concatenate(([1.0], np.zeros(n), -1 / (m * x), np.zeros(s)))
    normal = np.concatenate(([1.0], np.zeros(n + m), 1 / (s * y)))
    if orientation == "input":
        normal[1:] = 0
    if orientation == "output":
        cost, normal = np.concatenate(([-1.0], np.zeros(n + m), -1 / (s * y))), np.concatenate(([1.0], np.zeros(n + m + s)))
    rows = np.vstack((
        np.c_[-x, peers_x.T, np.eye(m), np.zeros((m, s))], np.c_[-y, peers_y.T, np.zeros((s, m)), -np.eye(s)], normal))
    ends = np.r_[np.zeros(m + s), 1.0]
    total = np.concatenate(([-1.0], np.ones(n), np.zeros(m + s)))
    upper = []
    if returns == "vrs":
        rows, ends = np.vstack((rows, total)), np.r_[ends, 0.0]
    elif returns == "nirs":
        upper = [total]
    elif returns == "ndrs":
        upper = [-total]
    found = linprog(cost, A_ub=np.array(upper) if upper else None, b_ub=[0.0] if upper else None, A_eq=rows, b_eq=ends)
    return -1 / found.fun if orientation == "output" else found.fun
