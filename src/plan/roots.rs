//! Where curves through known points are zero.

/// Where a line through two points is zero.
pub(super) fn root((x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> Option<f64> {
    let x = x1 - y1 * (x2 - x1) / (y2 - y1);
    x.is_finite().then_some(x)
}

/// Where a parabola through three points is zero, x as a function of y.
pub(super) fn root_of_three(points: [(f64, f64); 3]) -> Option<f64> {
    let [(x1, y1), (x2, y2), (x3, y3)] = points;
    let x = x1 * y2 * y3 / ((y1 - y2) * (y1 - y3))
        + x2 * y1 * y3 / ((y2 - y1) * (y2 - y3))
        + x3 * y1 * y2 / ((y3 - y1) * (y3 - y2));
    x.is_finite().then_some(x)
}
