using System.Net;
using Mailfleet.Node.Options;
using Mailfleet.Pop3;
using Mailfleet.Smtp;
using Mailfleet.Wire;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mailfleet.Node;

/// <summary>The listeners of a node's roles, and what a reload changes on them: connections that are open keep what they began with.</summary>
internal sealed class NodeListeners(IServiceProvider services, NodeOptions options)
{
    private readonly List<SmtpConnectionHandler> _smtp = [];
    private readonly List<Pop3ConnectionHandler> _pop3 = [];

    public void Bind(KestrelServerOptions kestrel, WireOptions wire)
    {
        IPAddress address = IPAddress.Parse(options.Listen);
        void Bind(int port, ConnectionHandler handler) => kestrel.Listen(address, port, listener => listener.Run(handler.OnConnectedAsync));

        if (NodeRoles.Has(options, NodeRoles.Mx))
            Bind(options.Ports.Smtp, Smtp(SmtpService.Mx, implicitTls: false, wire));
        if (NodeRoles.Has(options, NodeRoles.Submission))
        {
            Bind(options.Ports.Submission, Smtp(SmtpService.Submission, implicitTls: false, wire));
            Bind(options.Ports.Submissions, Smtp(SmtpService.Submission, implicitTls: true, wire));
        }

        if (NodeRoles.Has(options, NodeRoles.Pop3))
        {
            Bind(options.Ports.Pop3, Pop3(implicitTls: false, wire));
            Bind(options.Ports.Pop3s, Pop3(implicitTls: true, wire));
        }

        kestrel.Listen(address, options.Ports.Http);
    }

    /// <summary>What connections from now on get.</summary>
    public IEnumerable<object> InForce => [.. _smtp.Select(handler => handler.Options), .. _pop3.Select(handler => handler.Options)];

    public void Reload(NodeOptions now, WireOptions wire)
    {
        foreach (SmtpConnectionHandler handler in _smtp)
            handler.Options = SmtpOptionsOf(now, wire);
        foreach (Pop3ConnectionHandler handler in _pop3)
            handler.Options = Pop3OptionsOf(now, wire);
    }

    private SmtpConnectionHandler Smtp(SmtpService service, bool implicitTls, WireOptions wire)
    {
        SmtpConnectionHandler handler = ActivatorUtilities.CreateInstance<SmtpConnectionHandler>(services, new SmtpEndpoint(service, implicitTls), SmtpOptionsOf(options, wire));
        _smtp.Add(handler);
        return handler;
    }

    private Pop3ConnectionHandler Pop3(bool implicitTls, WireOptions wire)
    {
        Pop3ConnectionHandler handler = ActivatorUtilities.CreateInstance<Pop3ConnectionHandler>(services, implicitTls, Pop3OptionsOf(options, wire));
        _pop3.Add(handler);
        return handler;
    }

    private static SmtpOptions SmtpOptionsOf(NodeOptions options, WireOptions wire) => new()
    {
        HostName = options.HostName,
        Wire = wire,
        MaxMessageBytes = options.Limits.MessageBytes,
        MaxRecipients = options.Limits.RecipientsPerMessage,
        MaxCommandOctets = options.Limits.SmtpCommandOctets,
        MaxAuthLineOctets = options.Limits.AuthLineOctets,
        CommandTimeout = TimeSpan.FromSeconds(options.Limits.SmtpCommandSeconds),
        MaxJunkCommands = options.Limits.SmtpJunkCommands,
        GreetingDelay = TimeSpan.FromSeconds(options.Limits.Defence.GreetingSeconds),
        FreeUnknownRecipients = options.Limits.Defence.FreeUnknownRecipients,
        MaxUnknownRecipients = options.Limits.Defence.UnknownRecipients,
        MaxFailedLogIns = options.Limits.FailedLogIns,
    };

    private static Pop3Options Pop3OptionsOf(NodeOptions options, WireOptions wire) => new()
    {
        HostName = options.HostName,
        Wire = wire,
        MaxCommandOctets = options.Limits.Pop3CommandOctets,
        MaxAuthLineOctets = options.Limits.AuthLineOctets,
        IdleTimeout = TimeSpan.FromSeconds(options.Limits.Pop3IdleSeconds),
        LogInTimeout = TimeSpan.FromSeconds(options.Limits.Pop3LogInSeconds),
        MaxJunkCommands = options.Limits.Pop3JunkCommands,
        MaxFailedLogIns = options.Limits.FailedLogIns,
    };
}
