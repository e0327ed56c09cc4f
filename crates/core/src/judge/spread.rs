//! Median, 90th percentile and mean of some days, rounded so that the last bits of a sum never show. Pure.

use crate::judge::survival::ratio;
use crate::model::metrics::Spread;

/// n, median, 90th percentile by nearest rank, mean; without values nothing but n.
pub(crate) fn spread(mut values: Vec<f64>) -> Spread {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    if n == 0 {
        return Spread::default();
    }
    let middle = if n % 2 == 1 { values[n / 2] } else { f64::midpoint(values[n / 2 - 1], values[n / 2]) };
    let rank = (n * 9).div_ceil(10).max(1);
    let mean = values.iter().sum::<f64>() * ratio(1, n);
    Spread { n, median: Some(round(middle)), p90: Some(round(values[rank - 1])), mean: Some(round(mean)) }
}

/// One decimal.
pub(crate) fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreads() {
        assert_eq!(spread(vec![]), Spread::default());
        assert_eq!(spread(vec![4.0]), Spread { n: 1, median: Some(4.0), p90: Some(4.0), mean: Some(4.0) });
        let ten = (1..=10).map(f64::from).collect();
        assert_eq!(spread(ten), Spread { n: 10, median: Some(5.5), p90: Some(9.0), mean: Some(5.5) });
    }
}
