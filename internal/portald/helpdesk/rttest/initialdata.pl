# What a help desk would set up for the portal, as small as it can be.
use strict;
use warnings;
use utf8;

my @queues = ('Accueil', 'Facturation', 'Commandes', 'Contrats', 'Technique');

our @Queues = map { { Name => $_, Lifecycle => 'default' } } @queues;
our @Groups = ({ Name => 'Portail', Description => 'Machines' }, { Name => 'Support', Description => 'Persons' });
our @Users  = (
    { Name => 'portail', RealName => 'Portail', EmailAddress => 'portail@rt.test', Password => 'not used: portail', Privileged => 1, Timezone => 'UTC' },
    { Name => 'anne', RealName => 'Anne du support', EmailAddress => 'anne@rt.test', Password => 'not used: anne', Privileged => 1, Timezone => 'Europe/Paris' },
    { Name => 'berlin', EmailAddress => 'berlin@rt.test', Password => 'not used: berlin', Privileged => 1, Timezone => 'Europe/Berlin' },
    { Name => 'nobodys', EmailAddress => 'nobodys@rt.test', Password => 'not used: nobodys', Privileged => 1, Timezone => 'UTC' },
);
our @Members = (
    { Group => 'Portail', Class => 'RT::User', Name => 'portail' },
    { Group => 'Portail', Class => 'RT::User', Name => 'berlin' },
    { Group => 'Support', Class => 'RT::User', Name => 'anne' },
);
our @CustomFields = (
    { Name => 'Demande',  Type => 'FreeformSingle', LookupType => 'RT::Queue-RT::Ticket', Queue => [@queues] },
    { Name => 'Facture',  Type => 'FreeformSingle', LookupType => 'RT::Queue-RT::Ticket', Queue => [@queues], Pattern => '^(|FA-\d{4}-\d{4,6})$' },
    { Name => 'Commande', Type => 'FreeformSingle', LookupType => 'RT::Queue-RT::Ticket', Queue => [@queues] },
    { Name => 'Moyen', Type => 'SelectSingle', LookupType => 'RT::Queue-RT::Ticket', Queue => ['Contrats'], Values => [{ Name => 'Virement' }, { Name => 'Carte' }] },
    { Name => 'Réponse du portail', Type => 'FreeformSingle', LookupType => 'RT::Queue-RT::Ticket-RT::Transaction', Queue => [@queues] },
);

sub of { my ($group, @rights) = @_; map { { GroupDomain => 'UserDefined', GroupId => $group, Right => $_ } } @rights }
our @ACL = (
    # Comments are nothing for the portal, which leaves them alone where it could see them.
    of(Portail => qw(SeeQueue ShowTicket ShowTicketComments CreateTicket ReplyToTicket ModifyTicket SeeCustomField SetInitialCustomField ModifyCustomField)),
    of(Support => qw(SeeQueue ShowTicket ShowTicketComments CreateTicket ReplyToTicket CommentOnTicket ModifyTicket DeleteTicket OwnTicket TakeTicket SeeCustomField ModifyCustomField ShowOutgoingEmail AdminQueue)),
);

# One token for each user: RT tries all of a user's, and each try is slow.
our @Final = (sub {
    require RT::AuthToken;
    for my $name (qw(portail anne berlin nobodys)) {
        my $user = RT::User->new(RT->SystemUser);
        $user->Load($name);
        my ($ok, $said, $token) = RT::AuthToken->new(RT->SystemUser)->Create(Owner => $user->id, Description => 'test');
        die $said unless $ok;
        open my $file, '>', "$ENV{RTTEST_TOKENS}/$name" or die $!;
        print $file $token;
        close $file or die $!;
    }
});

1;
