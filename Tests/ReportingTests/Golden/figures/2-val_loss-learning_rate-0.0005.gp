$line0 << EOD
1 2.7533940592466526 2.5060950418164416 3.0006930766768636
2 1.790541114232906 1.4770203084500841 2.104061920015728
3 1.124805370965573 0.7370605121724858 1.5125502297586602
EOD
$line1 << EOD
1 2.9251771035702934 2.7879587001040904 3.0623955070364963
2 1.4714967373882009 1.2940978846744788 1.6488955901019229
3 1.3236106331342612 0.975697001499876 1.6715242647686464
EOD
set encoding utf8
set border 3 lw 1 lc rgb '#555555'
set tics nomirror out scale 0.6 textcolor rgb '#222222'
set grid back lt 1 dt 1 lw 0.8 lc rgb '#dddddd'
set style fill transparent solid 0.2 noborder
set label 1 'Validation loss, learning rate 0.0005, n = 2 to 3' at screen 0.5,0.948 center font ',16' textcolor rgb '#222222'
set label 2 'mean ± standard deviation over the n seeds (divided by n); unfinished: 5 of 6 trainings are done' at screen 0.5,0.89 center font ',12' textcolor rgb '#222222'
set lmargin at screen 0.13
set rmargin at screen 0.97
set tmargin at screen 0.84
set bmargin at screen 0.2
set key at screen 0.55,0.038 center center horizontal reverse Left samplen 4 maxcols 2 textcolor rgb '#222222'
set label 3 'epoch' at screen 0.55,0.112 center textcolor rgb '#222222'
set label 4 'validation loss, mean ± std' at screen 0.0238,0.52 center rotate by 90 textcolor rgb '#222222'
set xrange [0.75:3.25]
set xtics ('1' 1, '2' 2, '3' 3)
set yrange [0.5:3.5]
set ytics ('0.5' 0.5, '1' 1, '1.5' 1.5, '2' 2, '2.5' 2.5, '3' 3, '3.5' 3.5)
plot $line0 using 1:3:4 with filledcurves lc rgb '#1f77b4' notitle, \
    $line1 using 1:3:4 with filledcurves lc rgb '#ff7f0e' notitle, \
    $line0 using 1:2 with linespoints lc rgb '#1f77b4' dt 1 pt 7 ps 0.8 pi 1 lw 2 title 'BN (n = 3)', \
    $line1 using 1:2 with linespoints lc rgb '#ff7f0e' dt '-' pt 5 ps 0.8 pi 1 lw 2 title 'LN (n = 2 to 3)'
