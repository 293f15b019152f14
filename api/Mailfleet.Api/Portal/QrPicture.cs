using System.Collections;
using System.Globalization;
using System.Text;
using QRCoder;

namespace Mailfleet.Api.Portal;

/// <summary>A QR code as one path of an SVG picture, so that it stands in the page itself and the page needs nothing from elsewhere.</summary>
/// <param name="Side">Width and height in modules, with the quiet zone.</param>
/// <param name="Path">A square for each dark module.</param>
internal sealed record QrPicture(int Side, string Path)
{
    public static QrPicture Of(string text)
    {
        using QRCodeGenerator generator = new();
        using QRCodeData data = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        StringBuilder path = new();
        for (int y = 0; y < data.ModuleMatrix.Count; y++)
        {
            BitArray row = data.ModuleMatrix[y];
            for (int x = 0; x < row.Count; x++)
                if (row[x])
                    path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
        }

        return new QrPicture(data.ModuleMatrix.Count, path.ToString());
    }
}
