using System.Collections.Concurrent;
using MathNet.Numerics.Integration;

namespace Skipper.Shared.Engines.Trees;

/// <summary>Points and weights of Gauss-Legendre quadrature on 0 to 1.</summary>
internal sealed record Quadrature(double[] Points, double[] Weights)
{
    private static readonly ConcurrentDictionary<int, Quadrature> Known = new();

    public static Quadrature Of(int order) => Known.GetOrAdd(order, static points =>
    {
        var rule = new GaussLegendreRule(0, 1, points);
        return new Quadrature(rule.Abscissas, rule.Weights);
    });
}
